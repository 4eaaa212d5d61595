import groovy.json.JsonSlurper
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

/** Each method whose name begins with `test` is a test. */
class LibraryTest {
    static File vars

    /** A build after two failures, one of them stopped in between. */
    Pipeline pipeline(Map current = [:]) {
        def good = [result: 'SUCCESS', startTimeInMillis: 1000L, previousBuild: null]
        def first = [result: 'FAILURE', startTimeInMillis: 2000L, previousBuild: good]
        def stopped = [result: 'ABORTED', startTimeInMillis: 3000L, previousBuild: first]
        def second = [result: 'UNSTABLE', startTimeInMillis: 4000L, previousBuild: stopped]
        def running = [result: null, startTimeInMillis: 5000L, previousBuild: second]
        def pipeline = new Pipeline(vars)
        pipeline.env.putAll(JOB_NAME: 'Shop/api/release%2F1.0', BRANCH_NAME: 'release/1.0',
            BUILD_URL: 'https://ci.example.com/job/x/7/', JOB_URL: 'https://ci.example.com/job/x/')
        def author = new Object() { String toString() { 'Kim "the" O\'Hara' } }
        pipeline.currentBuild = [
            number: 7, displayName: '#7', currentResult: 'SUCCESS', startTimeInMillis: 7000L, duration: 60000L,
            description: null, previousBuild: running, changeSets: [
                [items: [[commitId: '4be1a62d', msg: 'Fix `it` \'now\' $(id)', author: author, authorEmail: 'kim@example.com'],
                         new Plain(commitId: '91d07a5e', msg: 'Ä ☃', author: 'Lee')]],
                [items: []]],
        ] + current
        pipeline.currentBuild.getBuildCauses = { -> [[shortDescription: 'Started by timer']] }
        pipeline.code = 0
        return pipeline
    }

    /** A change whose kind knows no address. */
    static class Plain {
        String commitId
        String msg
        def author
    }

    void testABuildIsDescribed() {
        def pipeline = pipeline()
        pipeline.call('zulipNotify')
        assert pipeline.facts == [
            job: 'Shop/api/release%2F1.0', number: 7, name: '#7', url: 'https://ci.example.com/job/x/7/',
            job_url: 'https://ci.example.com/job/x/', branch: 'release/1.0', result: 'SUCCESS', previous_result: 'UNSTABLE',
            started: 7000, duration_ms: 60000, description: null, causes: ['Started by timer'],
            changes: [[id: '4be1a62d', message: 'Fix `it` \'now\' $(id)', author: [name: 'Kim "the" O\'Hara', email: 'kim@example.com']],
                      [id: '91d07a5e', message: 'Ä ☃', author: [name: 'Lee', email: '']]],
            tests: null, channel: null, topic: null, failures: 2, failing_since: 2000]
        def event = new JsonSlurper().parseText(pipeline.handed)
        assert [event.protocol, event.kind] == [1, 'build']
        assert pipeline.echoed == [] && pipeline.nodes == []
    }

    void testNothingOfTheEventIsReadByAShell() {
        def pipeline = pipeline()
        pipeline.call('zulipNotify', [program: "/opt/it's here/zulipkit"])
        assert pipeline.scripts.size() == 1
        assert pipeline.scripts[0].startsWith("'/opt/it'\\''s here/zulipkit' jenkins event --strict <'")
        assert !pipeline.scripts[0].contains('Shop') && !pipeline.scripts[0].contains('Kim')
    }

    void testConditionsAreThoseOfAPostSection() {
        // The result, the one before, and the conditions that hold.
        [['SUCCESS', 'FAILURE', ['always', 'cleanup', 'changed', 'fixed', 'success']],
         ['SUCCESS', 'SUCCESS', ['always', 'cleanup', 'success']],
         ['SUCCESS', 'ABORTED', ['always', 'cleanup', 'changed', 'success']],
         ['SUCCESS', null, ['always', 'cleanup', 'changed', 'success']],
         ['FAILURE', 'SUCCESS', ['always', 'cleanup', 'changed', 'regression', 'failure', 'unsuccessful']],
         ['FAILURE', 'FAILURE', ['always', 'cleanup', 'failure', 'unsuccessful']],
         ['UNSTABLE', 'FAILURE', ['always', 'cleanup', 'changed', 'unstable', 'unsuccessful']],
         ['ABORTED', 'SUCCESS', ['always', 'cleanup', 'changed', 'regression', 'aborted', 'unsuccessful']],
         ['NOT_BUILT', 'SUCCESS', ['always', 'cleanup', 'changed', 'not_built', 'unsuccessful']]].each { result, previous, hold ->
            ['always', 'cleanup', 'changed', 'fixed', 'regression', 'success', 'failure', 'unstable', 'aborted', 'not_built',
             'unsuccessful'].each { condition ->
                def before = previous == null ? null : [result: previous, startTimeInMillis: 1L, previousBuild: null]
                def pipeline = pipeline(currentResult: result, previousBuild: before)
                pipeline.call('zulipNotify', [on: condition])
                assert (pipeline.handed != null) == (condition in hold) : "$condition: $result after $previous"
            }
        }
    }

    void testSeveralConditionsAndOneThatThereIsNot() {
        def pipeline = pipeline(currentResult: 'FAILURE')
        pipeline.call('zulipNotify', [on: ['success', 'unsuccessful']])
        assert pipeline.handed != null
        pipeline = this.pipeline()
        pipeline.call('zulipNotify', [on: ['sucess']])
        assert pipeline.handed == null
        assert pipeline.echoed[0].contains("there is no condition 'sucess'")
    }

    void testTestsAreThoseOfTheStepOrOfTheBuild() {
        def pipeline = pipeline()
        pipeline.call('zulipNotify', [tests: [totalCount: 12, failCount: 2, skipCount: 1]])
        assert pipeline.facts.tests == [total: 12, failed: 2, skipped: 1, failures: []]
        pipeline.currentBuild.rawBuild = [allActions: [new Object(), new TestResultAction()]]
        pipeline.call('zulipNotify')
        assert pipeline.facts.tests == [total: 3, failed: 1, skipped: 0, failures: [[name: 'a.B.c', message: 'no']]]
    }

    static class TestResultAction {
        int totalCount = 3
        int failCount = 1
        int skipCount = 0
        List failedTests = [[fullName: 'a.B.c', errorDetails: 'no']]
    }

    void testAMessageIsSent() {
        def pipeline = pipeline()
        pipeline.call('zulipSend', 'The **release** is out')
        assert pipeline.facts == [text: 'The **release** is out', channel: null, topic: null]
        pipeline.call('zulipSend', [message: "${1 + 1} done", stream: 'deploy', topic: 'Shop'])
        assert pipeline.facts == [text: '2 done', channel: 'deploy', topic: 'Shop']
        pipeline.handed = null
        pipeline.call('zulipSend', [message: ' '])
        assert pipeline.handed == null && pipeline.echoed[0].contains('there is no message')
    }

    void testWithoutAnAgentOneIsTaken() {
        def pipeline = pipeline()
        pipeline.env.remove('WORKSPACE')
        pipeline.call('zulipNotify', [node: 'linux'])
        assert pipeline.nodes == ['linux'] && pipeline.handed != null
    }

    void testNothingMakesABuildFail() {
        def pipeline = pipeline()
        [(127): "there is no program 'zulipkit'", (2): 'too old', (3): 'nothing was told now (code 3)'].each { code, words ->
            pipeline.code = code
            pipeline.call('zulipNotify')
            assert pipeline.echoed.last().contains(words)
        }
        pipeline.thrown = new IOException('the agent is gone')
        pipeline.call('zulipNotify')
        assert pipeline.echoed.last().contains('the agent is gone')
        pipeline = this.pipeline()
        pipeline.unix = false
        pipeline.call('zulipNotify')
        assert pipeline.echoed.last().contains('does not run on Windows')
    }

    void testWhoStopsABuildIsNotKeptFromIt() {
        def pipeline = pipeline()
        pipeline.thrown = new FlowInterruptedException()
        try {
            pipeline.call('zulipNotify')
            assert false : 'it was swallowed'
        } catch (FlowInterruptedException expected) {
        }
    }

    /** With the real program, where its path is given. */
    void testTheProgramTakesWhatTheLibrarySays() {
        String program = System.getenv('ZULIPKIT')
        if (program == null) {
            println '    (without the program: ZULIPKIT is not set)'
            return
        }
        def pipeline = pipeline()
        pipeline.code = null
        def home = File.createTempDir()
        new File(home, 'zuliprc').text = '[api]\nsite=http://127.0.0.1:9\nemail=bot@example.com\nkey=abcdefgh\n'
        new File(home, 'zulip_jenkins.toml').text = '[zulip]\nzuliprc = "zuliprc"\n[[route]]\nchannel = "builds"\n'
        new File(home, 'zuliprc').setReadable(false, false)
        new File(home, 'zuliprc').setReadable(true, true)
        // As Jenkins sets them for every step.
        pipeline.environment = [JOB_NAME: 'Shop/api/release%2F1.0', BUILD_NUMBER: '7', HOME: home.path, JENKINS_HOME: home.path, XDG_STATE_HOME: "${home.path}/state".toString()]
        pipeline.call('zulipNotify', [program: program])
        pipeline.call('zulipSend', [message: 'Hallo ☃', program: program])
        assert pipeline.echoed == [] : pipeline.said
        def list = [program, 'outbox', 'list', '--all', '--json'].execute(
            ["HOME=${home.path}", "XDG_STATE_HOME=${home.path}/state"], null).text
        assert new JsonSlurper().parseText(list)*.destination == ['builds > shop/api/release/1.0'] * 2 : list
    }
}
