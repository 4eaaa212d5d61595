//! The `zulipkit` program. All of it is in the library beside it; see there.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    zulipkit::main(std::env::args_os().collect())
}
