/**
 * Tells Zulip what came out of this build.
 *
 *     post { always { zulipNotify() } }
 *     post { always { zulipNotify(on: ['fixed', 'unsuccessful'], channel: 'team-shop', tests: testSummary) } }
 *
 * What is told, where and in which words, is for the settings file of zulipkit to say. Nothing here makes a build fail, or
 * changes its result. All parameters may be left out:
 *
 *   on        the conditions, named as those of a declarative `post` section; without it the settings decide
 *   channel   the channel to ask for; a route of the settings has to allow it
 *   topic     the topic, instead of the job's full path
 *   result    what came out, if it is not `currentBuild.currentResult`
 *   tests     what the step `junit` returned
 *   node      the label of an agent that has zulipkit, for a pipeline that has no agent at this place
 *   program   the path of zulipkit on the agent, if it is not in the PATH
 */
import com.cloudbees.groovy.cps.NonCPS

def call(Map parameters = [:]) {
    String result = parameters.result ?: currentBuild.currentResult
    def conditions = parameters.on == null ? ['always'] : parameters.on
    if (conditions instanceof CharSequence) {
        conditions = [conditions]
    }
    String previous = previousResult()
    boolean wanted = false
    for (condition in conditions) {
        wanted = wanted || holds(condition.toString(), result, previous)
    }
    if (!wanted) {
        return
    }
    Map event = [protocol: 1, kind: 'build', facts: facts(parameters, result, previous)]
    zulipEvent(event, parameters)
}

/** What came out of the last build that has ended. */
private String previousResult() {
    def build = currentBuild.previousBuild
    while (build != null && build.result == null) {
        build = build.previousBuild
    }
    return build?.result
}

/** The conditions of a declarative `post` section, as Jenkins defines them. */
private boolean holds(String condition, String result, String previous) {
    boolean good = result == 'SUCCESS'
    switch (condition) {
        case 'always':
        case 'cleanup':
            return true
        case 'changed':
            return previous == null || previous != result
        case 'fixed':
            return good && (previous == 'FAILURE' || previous == 'UNSTABLE')
        case 'regression':
            return !good && result != 'NOT_BUILT' && previous == 'SUCCESS'
        case 'unsuccessful':
            return !good
        case 'success':
        case 'failure':
        case 'unstable':
        case 'aborted':
        case 'not_built':
            return result == condition.toUpperCase()
        default:
            echo "zulipNotify: there is no condition '${condition}'; the conditions are those of a post section"
            return false
    }
}

private Map facts(Map parameters, String result, String previous) {
    Map facts = [
        job            : env.JOB_NAME,
        number         : currentBuild.number,
        name           : currentBuild.displayName,
        url            : env.BUILD_URL,
        job_url        : env.JOB_URL,
        branch         : env.BRANCH_NAME,
        result         : result,
        previous_result: previous,
        started        : currentBuild.startTimeInMillis,
        duration_ms    : currentBuild.duration,
        description    : currentBuild.description,
        causes         : causes(),
        changes        : changes(),
        tests          : tests(parameters.tests),
        channel        : parameters.channel?.toString(),
        topic          : parameters.topic?.toString(),
    ]
    facts.putAll(failuresBefore())
    return facts
}

/** How many builds directly before this one were bad, and when the first of them started. */
private Map failuresBefore() {
    int failures = 0
    Long since = null
    def build = currentBuild.previousBuild
    // Each step back may read a build from the disk.
    for (int steps = 0; build != null && steps < 50; steps++) {
        if (build.result == 'SUCCESS') {
            break
        }
        if (build.result == 'FAILURE' || build.result == 'UNSTABLE') {
            failures++
            since = build.startTimeInMillis
        }
        build = build.previousBuild
    }
    return [failures: failures, failing_since: since]
}

private List causes() {
    List causes = []
    for (cause in currentBuild.getBuildCauses()) {
        causes.add(cause.shortDescription?.toString())
    }
    return causes
}

private List changes() {
    List changes = []
    for (changeSet in currentBuild.changeSets) {
        for (item in changeSet.items) {
            changes.add([id: item.commitId, message: item.msg, author: [name: "${item.author}".toString(), email: email(item)]])
        }
    }
    return changes
}

/** Only some kinds of changes know an address, and only a trusted library may ask for it. */
private String email(item) {
    try {
        return item.authorEmail
    } catch (Exception ignored) {
        return ''
    }
}

private Map tests(summary) {
    if (summary == null) {
        return recordedTests()
    }
    return [total: summary.totalCount, failed: summary.failCount, skipped: summary.skipCount, failures: []]
}

/** What the step `junit` recorded. A library that is not trusted may not look there, and then there are no tests. */
@NonCPS
private Map recordedTests() {
    try {
        for (action in currentBuild.rawBuild.allActions) {
            if (action.getClass().simpleName == 'TestResultAction') {
                List failures = []
                for (test in action.failedTests.take(100)) {
                    failures.add([name: test.fullName, message: test.errorDetails])
                }
                return [total: action.totalCount, failed: action.failCount, skipped: action.skipCount, failures: failures]
            }
        }
    } catch (Exception ignored) {
    }
    return null
}
