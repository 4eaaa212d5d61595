//! The `zulipkit` program. All of it is in the library beside it; see there.

use std::process::ExitCode;

use mimalloc::MiMalloc;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    zulipkit::main(std::env::args_os().collect())
}
