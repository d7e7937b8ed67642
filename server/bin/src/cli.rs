//! The command line.

use crate::{campaign, demo, doctor, serve, settings, user};
use clap::{Parser, Subcommand};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode};

/// Sapa: campaigns, one inbox and a chatbot for WhatsApp, in one program.
///
/// Configuration comes from Leptos.toml in the current folder, if there is one, and from SAPA_… variables, which win.
/// `sapa doctor` lists every key and says what is wrong with the present ones.
#[derive(Parser)]
#[command(name = "sapa", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// The configuration file.
    #[arg(long, global = true, default_value = "Leptos.toml", env = "SAPA_CONFIG", value_name = "FILE")]
    config: PathBuf,
}

#[derive(Subcommand)]
enum Command {
    /// Run the dashboard and the engines.
    Serve {
        /// Make a demo company at the first start and print its sign-in; people of the sandbox answer.
        #[arg(long)]
        demo: bool,
    },
    /// Run the engines without the dashboard (several machines on one PostgreSQL).
    Work,
    /// Bring the database up to date, then end.
    Migrate,
    /// Run the WhatsApp network in a box by itself.
    Sandbox {
        /// Where the control API and the protocol listen.
        #[arg(long, default_value = "127.0.0.1:8091", value_name = "ADDR")]
        listen: SocketAddr,
        /// Where its world is kept; in memory only without it.
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },
    /// Send campaigns.
    #[command(subcommand)]
    Campaign(CampaignCommand),
    /// Manage people who sign in.
    #[command(subcommand)]
    User(UserCommand),
    /// Check the configuration and say what is wrong, in words.
    Doctor,
}

#[derive(Subcommand)]
enum CampaignCommand {
    /// Import a contact file and send a message to everybody in it.
    ///
    /// With --key the command can be repeated after any crash: it goes on where it stopped, and once everybody has been
    /// written to it prints the same totals and sends nothing.
    ///
    /// Ends with 0 when all is final (--wait) or enqueued; 2 for mistakes in the arguments, an unreadable file or a key
    /// used for something else; 3 when it ended before all was final; 1 for anything else.
    Send(campaign::Send),
}

#[derive(Subcommand)]
enum UserCommand {
    /// Give a person a new password and print it; ends all their sign-ins.
    Password {
        /// Their e-mail address.
        email: String,
    },
    /// Make a person an operator of the installation: who sees what belongs to no tenant, such as the whole sandbox.
    ///
    /// The first person who signs up is one already. It holds from their next click on.
    Operator {
        /// Their e-mail address.
        email: String,
        /// Take it back. The last operator may be taken back, too: this command is always there.
        #[arg(long)]
        revoke: bool,
    },
}

/// Reads the arguments, runs, and gives the exit code.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let config = match settings::load(&cli.config) {
        Ok(config) => config,
        Err(error) => {
            eprintln!("sapa: {error}");
            return ExitCode::from(2);
        }
    };
    let quiet = matches!(cli.command, Command::Campaign(_) | Command::User(_) | Command::Doctor);
    settings::start_log(&config, quiet);
    for name in &config.unknown {
        eprintln!("sapa: {name} is no setting of Sapa; `sapa doctor` lists them");
    }
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("sapa: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    let code = runtime.block_on(async move {
        let outcome = match cli.command {
            Command::Serve { demo } => serve::serve(config, demo).await,
            Command::Work => serve::work(config).await,
            Command::Migrate => serve::migrate(config).await,
            Command::Sandbox { listen, dir } => demo::sandbox(listen, dir).await,
            Command::Campaign(CampaignCommand::Send(send)) => return campaign::send(config, send).await,
            Command::User(UserCommand::Password { email }) => user::password(config, &email).await,
            Command::User(UserCommand::Operator { email, revoke }) => user::operator(config, &email, revoke).await,
            Command::Doctor => return doctor::doctor(config).await,
        };
        match outcome {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("sapa: {error:#}");
                ExitCode::FAILURE
            }
        }
    });
    // Whatever still runs (a password being hashed) must not hold the end up.
    runtime.shutdown_timeout(std::time::Duration::from_millis(200));
    code
}
