use crate::world::World;

/// Runs the hook under strace and returns its lines; each starts with the number of the process.
fn traced(world: &World) -> Vec<String> {
    let trace = world.path("trace");
    let mut command = world.command(
        "strace",
        &[
            "-f",
            "-qq",
            "-e",
            "trace=process,network,fsync,fdatasync,openat",
        ],
    );
    command
        .args(["-o", trace.to_str().unwrap(), "hooks/post-receive"])
        .current_dir(world.path("website.git"))
        .env("GIT_DIR", ".");
    world.finish(command, world.last_commit().as_bytes()).good();
    fs_err::read_to_string(trace)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

/// Returns the process that strace started: the hook itself.
fn hook_of(lines: &[String]) -> &str {
    lines[0].split_whitespace().next().unwrap()
}

#[test]
fn an_ordinary_push_asks_git_once_and_opens_no_connection() {
    let world = World::new();
    world.push("One").good();
    world.push("Two").good();
    world.messages(2);
    let lines = traced(&world);
    let hook = hook_of(&lines);
    let of_hook: Vec<&String> = lines
        .iter()
        .filter(|line| line.starts_with(&format!("{hook} ")))
        .collect();

    let threads = of_hook
        .iter()
        .filter(|line| line.contains("CLONE_THREAD"))
        .count();
    assert_eq!(threads, 0, "the hook starts no thread");
    let connections = of_hook
        .iter()
        .filter(|line| line.contains("AF_INET"))
        .count();
    assert_eq!(connections, 0, "the hook opens no connection: {of_hook:#?}");

    let started: Vec<&str> = lines
        .iter()
        // A search along PATH fails for each folder but one; strace may break a call that succeeds into two lines.
        .filter(|line| line.contains("execve(\"") && !line.contains("= -1"))
        .filter_map(|line| line.split('"').nth(1)?.rsplit('/').next())
        .collect();
    let git = started.iter().filter(|name| **name == "git").count();
    assert_eq!(git, 1, "one call of Git: {started:?}");
    assert!(
        started.len() <= 3,
        "the hook, Git, and at most one deliverer: {started:?}"
    );
}

#[test]
fn the_row_is_on_the_disk_before_the_hook_ends() {
    let world = World::new();
    world.push("One").good();
    world.push("Two").good();
    world.messages(2);
    let lines = traced(&world);
    let hook = hook_of(&lines);
    let position = |what: &dyn Fn(&str) -> bool| {
        lines
            .iter()
            .position(|line| line.starts_with(&format!("{hook} ")) && what(line))
    };
    let opened = position(&|line| line.contains("outbox.sqlite3-wal")).expect("the log is opened");
    let descriptor = lines[opened].rsplit("= ").next().unwrap().to_owned();
    let synced = position(&|line| {
        line.contains(&format!("sync({descriptor})"))
            || line.contains(&format!("sync({descriptor} "))
    });
    let ended = position(&|line| line.contains("exit_group(")).expect("the hook ends");
    let synced = synced.expect("the log is synced");
    assert!(
        opened < synced && synced < ended,
        "{opened} {synced} {ended}"
    );
}
