/**
 * A pipeline in which the library's files run. The steps that they call are recorded, and `sh` really runs in a shell.
 */
class Pipeline {
    final File vars
    final File workspace = File.createTempDir()
    Map env = [:]
    def currentBuild = [:]
    boolean unix = true
    List echoed = []
    List scripts = []
    List nodes = []
    /** The event that was handed over last, as it stood in the file. */
    String handed
    /** What `sh` returns; without it, what the shell returns. */
    Integer code
    /** What `sh` throws. */
    Throwable thrown
    /** What the shell sees. */
    Map environment = [:]
    String said

    private final GroovyShell shell = new GroovyShell(Pipeline.classLoader)

    Pipeline(File vars) {
        this.vars = vars
        env.WORKSPACE = workspace.path
    }

    /** Calls a global variable of the library, as a pipeline does. */
    def call(String name, Object... arguments) {
        Script script = shell.parse(new File(vars, "${name}.groovy"))
        script.binding = new Binding(env: env, currentBuild: currentBuild)
        def steps = this
        script.metaClass.echo = { message -> steps.echoed << message.toString() }
        script.metaClass.isUnix = { -> steps.unix }
        script.metaClass.pwd = { Map options -> steps.workspace.path + '@tmp' }
        script.metaClass.writeFile = { Map options -> steps.write(options) }
        script.metaClass.node = { String label, Closure body -> steps.nodes << label; body() }
        script.metaClass.sh = { Map options -> steps.sh(options) }
        script.metaClass.zulipEvent = { Map event, Map parameters -> steps.call('zulipEvent', event, parameters) }
        return script.invokeMethod('call', arguments)
    }

    private void write(Map options) {
        assert options.encoding == 'UTF-8'
        File file = new File(options.file.toString())
        file.parentFile.mkdirs()
        file.setText(options.text.toString(), 'UTF-8')
        handed = options.text
    }

    private int sh(Map options) {
        assert options.returnStatus : 'a status that is not asked for fails the build'
        scripts << options.script.toString()
        if (thrown != null) {
            throw thrown
        }
        if (code != null) {
            return code
        }
        def builder = new ProcessBuilder('/bin/sh', '-xe', '-c', options.script.toString())
        builder.environment().putAll(environment)
        def process = builder.redirectErrorStream(true).start()
        said = process.inputStream.getText('UTF-8')
        return process.waitFor()
    }

    /** The facts that were handed over last. */
    Map getFacts() {
        return new groovy.json.JsonSlurper().parseText(handed).facts
    }
}
