//! `sapa`: see [`sapa::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    sapa::cli::main()
}
