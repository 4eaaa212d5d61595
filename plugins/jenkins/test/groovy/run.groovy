// Runs the library's tests: java -cp … groovy.ui.GroovyMain run.groovy FOLDER_OF_VARS
LibraryTest.vars = new File(args[0])
int passed = 0
int failed = 0
LibraryTest.methods*.name.findAll { it.startsWith('test') }.sort().each { name ->
    try {
        new LibraryTest()."$name"()
        passed++
        println "  ok      $name"
    } catch (Throwable problem) {
        failed++
        println "  FAILED  $name"
        problem.printStackTrace(System.out)
    }
}
println "$passed passed, $failed failed"
System.exit(failed == 0 ? 0 : 1)
