//! The `proviso` program: hands its arguments to the library and exits with what comes back.

use std::process::ExitCode;

fn main() -> ExitCode {
    proviso::cli::main(std::env::args_os())
}
