//! `sapa doctor`: what is wrong with this installation, in words.

use domain::{
    Lang,
    number::{NumberProblem, NumberState, NumberView},
    time::Zone,
};
use server::{
    Scope, Server,
    config::{self, Config},
    number, tenant,
    whatsapp::transport::MAY_DIAL_WHATSAPP,
};
use std::{net::TcpListener, process::ExitCode};

/// Prints every check; fails when one does.
pub async fn doctor(config: Config) -> ExitCode {
    let mut report = Report::default();
    println!("Settings (file, then environment):");
    for (key, variable, about) in config::keys() {
        println!("  {key:<20} {variable:<26} {about}");
    }
    println!("\nChecks:");
    for name in &config.unknown {
        report.bad(&format!("{name} is no setting of Sapa: a typing mistake?"));
    }
    check_listen(&config, &mut report);
    check_public_url(&config, &mut report);
    report.good(if MAY_DIAL_WHATSAPP {
        "this build can link real phones"
    } else {
        "this build links with the sandbox only (`cargo xtask serve --real` builds one for real phones)"
    });
    check_redis(&config, &mut report).await;
    match Server::open(config).await {
        Ok(server) => {
            report.good(if server.db.is_sqlite() { "the SQLite database opens" } else { "PostgreSQL answers" });
            match server.media.check().await {
                Ok(()) if server.config.media.is_some() => report.good("the bucket for files of messages can be used"),
                Ok(()) => report.good("the folder for files of messages can be used"),
                Err(error) => {
                    report.bad(&format!("files of messages cannot be kept (media.url, SAPA_MEDIA_URL): {error}"))
                }
            }
            if let Err(error) = check_numbers(&server, &mut report).await {
                report.bad(&format!("the numbers cannot be read: {error}"));
            }
            server.db.close().await;
        }
        Err(error) => report.bad(&format!("the database does not open: {error}")),
    }
    if report.bad == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[derive(Default)]
struct Report {
    bad: u32,
}

impl Report {
    fn good(&self, what: &str) {
        println!("  ok    {what}");
    }

    /// Worth knowing, and mends itself.
    fn note(&self, what: &str) {
        println!("  note  {what}");
    }

    fn bad(&mut self, what: &str) {
        self.bad += 1;
        println!("  WRONG {what}");
    }
}

fn check_listen(config: &Config, report: &mut Report) {
    match TcpListener::bind(config.listen) {
        Ok(_) => report.good(&format!("{} is free to listen on", config.listen)),
        Err(error) => report.bad(&format!("listen (SAPA_LISTEN): cannot listen on {}: {error}", config.listen)),
    }
}

fn check_public_url(config: &Config, report: &mut Report) {
    let url = &config.public_url;
    if config.is_https() {
        report.good(&format!("browsers come by {url}"));
    } else if url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost") {
        report.good(&format!("{url} is for this machine only; set public_url to an https address for others"));
    } else {
        report.bad(&format!("public_url (SAPA_PUBLIC_URL) {url} must be an https address"));
    }
}

async fn check_redis(config: &Config, report: &mut Report) {
    let Some(url) = &config.redis_url else {
        return report.good("no Redis: fine for one process");
    };
    match server::event::ping(url).await {
        Ok(()) => report.good("Redis answers"),
        Err(error) => report.bad(&format!("redis.url (SAPA_REDIS_URL): {error}")),
    }
}

/// Each number of each tenant, and what to do about those that cannot send.
async fn check_numbers(server: &Server, report: &mut Report) -> server::error::Result<()> {
    for tenant in tenant::list(server).await? {
        for number in number::list(server, &Scope::system(tenant.tenant_id, "doctor")).await? {
            let name = format!("number {} of {}", number.label, tenant.name);
            let why = app::number::why_it_waits(Lang::En, Zone::default(), server.now(), &number);
            let warned = app::number::what_network_says(Lang::En, Zone::default(), server.now(), &number);
            match why {
                None => match warned {
                    None => report.good(&format!("{name} can send")),
                    Some(warned) => report.note(&format!("{name} can send. {warned}")),
                },
                Some(why) if mends_itself(&number) => report.note(&format!("{name}: {why}")),
                Some(why) => report.bad(&format!("{name}: {why}")),
            }
        }
    }
    Ok(())
}

/// Without anybody's help, while Sapa runs.
fn mends_itself(number: &NumberView) -> bool {
    match (number.state, number.problem) {
        (_, Some(NumberProblem::SandboxBuild | NumberProblem::BannedForGood)) => false,
        (NumberState::Banned, _) => number.held_until.is_some(),
        (NumberState::Connected | NumberState::Connecting | NumberState::Reconnecting, _) => true,
        _ => false,
    }
}
