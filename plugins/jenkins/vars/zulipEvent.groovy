/**
 * Hands an event to the program zulipkit. `zulipNotify` and `zulipSend` use it.
 *
 * The event goes through a file, so that nothing in it is read by a shell or shown in a list of processes. The program keeps
 * it on the disk and sends it in the background, so this ends at once and whatever Jenkins kills after the build.
 */
import groovy.json.JsonOutput
import org.jenkinsci.plugins.workflow.steps.FlowInterruptedException

def call(Map event, Map parameters = [:]) {
    try {
        if (env.WORKSPACE) {
            hand(JsonOutput.toJson(event), parameters)
        } else {
            node(parameters.node?.toString() ?: '') {
                hand(JsonOutput.toJson(event), parameters)
            }
        }
    } catch (FlowInterruptedException interrupted) {
        // Somebody stops the build, and that is not ours to keep from happening.
        throw interrupted
    } catch (Exception problem) {
        echo "zulipkit: nothing was told: ${problem}"
    }
}

private void hand(String json, Map parameters) {
    if (!isUnix()) {
        echo 'zulipkit: it does not run on Windows; name an agent that has it by the parameter `node`'
        return
    }
    String program = parameters.program?.toString() ?: 'zulipkit'
    // The folder beside the workspace, which no build sees as its own files.
    String file = "${pwd(tmp: true)}/zulipkit-event.json"
    writeFile(file: file, text: json, encoding: 'UTF-8')
    String command = "${quoted(program)} jenkins event --strict <${quoted(file)}; code=\$?; rm -f ${quoted(file)}; exit \$code"
    int code = sh(script: command, label: 'zulipkit', returnStatus: true)
    explain(code, program)
}

/** The program has said what is wrong; this says what that means here. */
private void explain(int code, String program) {
    switch (code) {
        case 0:
            return
        case 127:
            echo "zulipkit: there is no program '${program}' on this agent; install it, or name it by the parameter `program`"
            return
        case 2:
            echo 'zulipkit: the program is too old for this library; update it'
            return
        default:
            echo "zulipkit: nothing was told now (code ${code}); the build goes on"
    }
}

private String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'"
}
