//! The `zulipkit` program. All of it is in the library beside it; see there.

use std::process::ExitCode;

fn main() -> ExitCode {
    zulipkit::main(std::env::args_os().collect())
}
