//! What happens in the demo, in order. Each step is a real Git command in a real clone.

use zulipkit_diag::Result;

use super::world::World;

pub(super) fn tell(world: &mut World) -> Result<()> {
    world.chapter("A bare repository, and the hook put into it");
    world.make_repository()?;
    world.install()?;

    world.chapter("A first push of several commits");
    world.commit("Add the home page", "index.html")?;
    world.commit("Add a style sheet", "style.css")?;
    world.commit("Say hello in `index.html`", "index.html")?;
    world.push(&["origin", "main"])?;

    world.chapter("A hostile subject: it is shown as written, and mentions nobody");
    world.commit("fix [x](y) ] @**all** and #**general**", "index.html")?;
    world.push(&["origin", "main"])?;

    world.chapter("A tag");
    world.git(&["tag", "-a", "v1.0", "-m", "The first release"])?;
    world.push(&["origin", "v1.0"])?;

    world.chapter("A new branch with a slash");
    world.git(&["switch", "-q", "-c", "feature/search"])?;
    world.commit("Draft the search", "search.js")?;
    world.commit("Search in titles too", "search.js")?;
    world.push(&["origin", "feature/search"])?;

    world.chapter("A forced push");
    world.git(&["reset", "-q", "--hard", "HEAD~1"])?;
    world.commit("Search in titles and texts", "search.js")?;
    world.push(&["--force", "origin", "feature/search"])?;

    world.chapter("A deletion");
    world.push(&["origin", ":feature/search"])?;

    world.chapter("Zulip is down: the push does not notice, and nothing is lost");
    world.stop_server();
    world.git(&["switch", "-q", "main"])?;
    world.commit("Work goes on", "index.html")?;
    world.push_while_down(&["origin", "main"])?;
    world.start_server()?;

    world.chapter("A bot that people talk to: start one, and ask it to remember something");
    world.start_bot("todo")?;
    world.say("shopping", "add milk")?;
    world.say("shopping", "add bread and **butter**")?;
    world.say("shopping", "list")
}
