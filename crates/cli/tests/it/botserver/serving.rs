//! What is served, and by which settings.

use serde_json::json;

use super::world::{World, until};

#[test]
fn a_botserverrc_is_all_it_takes() {
    let world = World::new();
    let mut running = world.serve(&["--botserverrc", "botserverrc"]);
    world.says("@**Hello** hi");
    world.hears("beep boop");
    world.says("@**Todo** add Buy milk");
    until("both have answered", || world.answers() == 2);
    running.signal("-TERM");
    assert_eq!(running.ends(), 0);
    // What a bot remembers outlives the process.
    let _running = world.serve(&["--botserverrc", "botserverrc"]);
    world.says("@**Todo** list");
    until("the list is there", || world.answers() == 3);
    let last = world.sim.got().pop().unwrap();
    assert!(last.content.contains("Buy milk"), "{}", last.content);
}

#[test]
fn the_old_name_takes_the_old_flags() {
    let world = World::new();
    let link = world.folder.path().join("zulip-botserver");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_zulipkit"), &link).unwrap();
    let port = world.ports[0].to_string();
    let start = |arguments: &[&str], variable: &str| {
        let mut command = world.command(link.to_str().unwrap(), arguments);
        command
            .args(["--port", &port])
            .env("ZULIP_BOTSERVER_CONFIG", variable);
        world.start(command)
    };
    let running = start(&["--config-file=~/botserverrc", "-b", "helloworld"], "");
    running.logs("helloworld is ready");
    // The operator's page takes no port that another one may want.
    assert!(
        !running.log().contains("127.0.0.1:5003"),
        "{}",
        running.log()
    );
    world.says("@**Hello** hi");
    until("it is answered", || world.answers() == 1);
    drop(running);
    let bot = &world.bots[0];
    let site = world.sim.url();
    let variable = json!({"helloworld": {"email": bot.email, "key": bot.key, "site": site, "token": bot.token}});
    let running = start(&["--use-env-vars"], &variable.to_string());
    running.logs("helloworld is ready");
    world.says("@**Hello** hi");
    until("it is answered", || world.answers() == 2);
    drop(running);
    let mut neither = start(&[], "");
    assert_eq!(neither.ends(), 2);
    let mut none = start(&["--use-env-vars", "-b", "helloworld"], "{}");
    assert_eq!(none.ends(), 1);
    assert!(none.log().contains("it names no bot"), "{}", none.log());
    let mut unknown = start(&["-c", "botserverrc", "-b", "nobody"], "");
    assert_eq!(unknown.ends(), 1);
    assert!(
        unknown.log().contains("there is no bot called `nobody`"),
        "{}",
        unknown.log()
    );
}

#[test]
fn settings_are_read_again_without_a_dropped_call() {
    let world = World::new();
    world.write("bots.toml", &world.table(&world.bots[0]));
    let addresses = world.addresses();
    let mut all = vec!["bot", "serve", "--config", "bots.toml"];
    all.extend(addresses.iter().map(String::as_str));
    let running = world.start(world.command(env!("CARGO_BIN_EXE_zulipkit"), &all));
    running.logs("helloworld is ready");
    world.write("bots.toml", "[bot.helloworld]\nkindd = 1\n");
    running.signal("-HUP");
    running.logs("the old settings stay");
    let both = format!(
        "{}{}",
        world.table(&world.bots[0]),
        world.table(&world.bots[1])
    );
    world.write("bots.toml", &both);
    running.signal("-HUP");
    for at in 0..20 {
        world.says(&format!("@**Hello** hi {at}"));
    }
    running.logs("the settings are read again");
    world.says("@**Todo** add Buy milk");
    until("all are answered", || world.answers() == 21);
}

#[test]
fn the_sockets_may_be_those_of_systemd() {
    let world = World::new();
    let [calls, operator] = world.ports.map(|port| format!("--listen=127.0.0.1:{port}"));
    let program = env!("CARGO_BIN_EXE_zulipkit");
    let state = format!(
        "--setenv=XDG_STATE_HOME={}",
        world.folder.path().join("state").display()
    );
    let arguments = [
        &calls,
        &operator,
        &state,
        program,
        "bot",
        "serve",
        "--botserverrc",
        "botserverrc",
    ];
    // The call that has it started is the first that is answered.
    let running = world.start(world.command("systemd-socket-activate", &arguments));
    running.logs("Listening on");
    world.says("@**Hello** hi");
    world.hears("beep boop");
    assert!(
        running.log().contains("the sockets of systemd"),
        "{}",
        running.log()
    );
}

#[test]
fn what_is_wrong_in_the_settings_is_said_at_once() {
    let world = World::new();
    let fails = |name: &str, text: &str| {
        world.write(name, text);
        let flag = if name.ends_with("toml") {
            "--config"
        } else {
            "--botserverrc"
        };
        let mut running = world.start(world.command(
            env!("CARGO_BIN_EXE_zulipkit"),
            &["bot", "serve", flag, name],
        ));
        let code = running.ends();
        (code, running.log())
    };
    let (code, said) = fails(
        "bots.toml",
        "[bot.helloworld]\nzulip = { site = \"https://z.example.com\", email = \"a@example.com\", key = \"k\" }\n",
    );
    assert!(code == 3 && said.contains("it has no token"), "{said}");
    let (code, said) = fails("rc", "[]\nemail=a@example.com\n");
    assert!(
        code == 3 && said.contains("a section has no name"),
        "{said}"
    );
    let zuliprc = world
        .section(&world.bots[0])
        .replace("[helloworld]", "[api]");
    let (code, said) = fails("zuliprc", &zuliprc);
    assert!(code != 0 && said.contains("--bot-name"), "{said}");
    let twice = format!(
        "{}{}",
        world.section(&world.bots[0]),
        world
            .section(&world.bots[0])
            .replace("[helloworld]", "[help]")
    );
    let (code, said) = fails("twice", &twice);
    assert!(
        code == 3 && said.contains("cannot serve the bots `helloworld` and `help`"),
        "{said}"
    );
    let table = world.table(&world.bots[0]);
    for (server, problem) in [
        ("certificate_key = \"k.pem\"", "no `certificate`"),
        ("prefix = \"/{bots}\"", "no path such as `/bots`"),
        // A path is one in the folder of the settings.
        (
            "certificate = \"c.pem\"",
            world.folder.path().join("c.pem").to_str().unwrap(),
        ),
    ] {
        let (code, said) = fails("server.toml", &format!("[server]\n{server}\n{table}"));
        assert!(code == 3 && said.contains(problem), "{said}");
    }
    let [one, two] = [&world.bots[0], &world.bots[1]].map(|bot| &bot.key);
    assert!(!said.contains(one) && !said.contains(two), "{said}");
}
