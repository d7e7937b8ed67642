//! `sapa campaign send`: a contact file and a message, without a browser.

use crate::run_file::RunFile;
use anyhow::{Context as _, Result};
use clap::Args;
use domain::{
    CampaignId, Error, NumberId, TenantId,
    campaign::{Audience, CampaignStatus, CampaignView, NewCampaign},
    error::Refusal,
};
use serde::Serialize;
use server::{
    Scope, Server, campaign,
    config::Config,
    contact::{
        import::{self, Upload},
        phone::Region,
    },
    engines::{self, Engines, Role},
    number, tenant,
};
use sha2::{Digest as _, Sha256};
use std::{net::SocketAddr, path::PathBuf, process::ExitCode, time::Duration};
use tokio::signal::unix::{SignalKind, signal};

/// The number that is made when it is missing.
const SANDBOX: &str = "sandbox";
/// How often rows are looked at while another process works: its events are not heard here.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// The arguments of `sapa campaign send`.
#[derive(Args, Debug)]
pub struct Send {
    /// The number to send from, by its label; `sandbox` is made when it is missing.
    #[arg(long, value_name = "NAME")]
    number: String,
    /// The contact file (CSV).
    #[arg(long, value_name = "FILE")]
    contacts: PathBuf,
    /// The message; {{name|Kak}} and {Halo|Hai} are understood.
    #[arg(long, value_name = "TEXT")]
    message: String,
    /// The company to send for; needed when there are several.
    #[arg(long, value_name = "NAME")]
    tenant: Option<String>,
    /// Country of phone numbers written without a country code.
    #[arg(long, value_name = "ID")]
    region: Option<String>,
    /// Messages per second at most.
    #[arg(long, value_name = "PER_SECOND")]
    rate: Option<f64>,
    /// Makes the command repeatable: the same key never sends to anybody twice.
    #[arg(long)]
    key: Option<String>,
    /// Return when every recipient is final, instead of when all is enqueued.
    #[arg(long)]
    wait: bool,
    /// Print the totals as JSON, as the last line.
    #[arg(long)]
    json: bool,
}

/// Totals of the campaign over all runs: sent includes delivered includes read.
#[derive(Debug, Serialize)]
struct Totals {
    campaign: CampaignId,
    imported: u64,
    invalid: u64,
    duplicates: u64,
    excluded: u64,
    recipients: u64,
    sent: u64,
    delivered: u64,
    read: u64,
    replied: u64,
    failed: u64,
}

/// Why it ended.
enum Failure {
    /// A mistake in what was asked: exit code 2, nothing was sent.
    Usage(String),
    Other(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

/// Runs the command; see [`Send`] for its exit codes.
pub async fn send(config: Config, send: Send) -> ExitCode {
    match run(config, &send).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(3),
        Err(Failure::Usage(text)) => {
            eprintln!("sapa: {text}");
            ExitCode::from(2)
        }
        Err(Failure::Other(error)) => {
            eprintln!("sapa: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// True when all that was asked is done.
async fn run(mut config: Config, send: &Send) -> Result<bool, Failure> {
    let bytes = std::fs::read(&send.contacts)
        .map_err(|error| Failure::Usage(format!("cannot read {}: {error}", send.contacts.display())))?;
    let region = region(send)?;
    if let Some(problem) = campaign::message_problem(&send.message) {
        return Err(Failure::Usage(format!("--message: {}", problem.message(domain::Lang::En))));
    }
    // The network of this command is for itself: a server beside it has its own port.
    config.sandbox.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let beside = RunFile::read(&config);
    let server = Server::open(config).await?;
    let mut engines = engines::start(&server);
    let outcome = async {
        let tenant = find_tenant(&server, send).await?;
        let scope = Scope::system(tenant, "command line");
        let id = find_or_make(&server, &scope, &mut engines, beside, send, bytes, region).await?;
        let done = if send.wait { wait(&server, &scope, id).await? } else { enqueued(&server, &scope, id).await? };
        Ok((scope, id, done))
    }
    .await;
    let printed = match outcome {
        Ok((scope, id, done)) => print(&server, &scope, id, send.json).await.map(|()| done).map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    engines.stop().await?;
    server.db.close().await;
    printed
}

fn region(send: &Send) -> Result<Option<Region>, Failure> {
    let parse = |code: &str| code.parse().map_err(|_| Failure::Usage(format!("--region: {code} is no country code")));
    send.region.as_deref().map(parse).transpose()
}

async fn find_tenant(server: &Server, send: &Send) -> Result<TenantId, Failure> {
    let tenants = tenant::list(server).await?;
    let named = send.tenant.as_deref().map(str::trim);
    let found = match named {
        Some(name) => tenants.iter().find(|tenant| tenant.name.eq_ignore_ascii_case(name)),
        None if tenants.len() > 1 => {
            return Err(Failure::Usage("there are several companies here: name one with --tenant".into()));
        }
        None => tenants.first(),
    };
    match found {
        Some(tenant) => Ok(tenant.tenant_id),
        None if tenants.is_empty() => Ok(tenant::create(server, named.unwrap_or("Sapa")).await?.tenant_id),
        None => Err(Failure::Usage(format!("--tenant: there is no company {:?}", named.unwrap_or_default()))),
    }
}

/// The campaign of the key, or a new one: file imported, number there, everything enqueued in the ledger.
async fn find_or_make(
    server: &Server,
    scope: &Scope,
    engines: &mut Engines,
    beside: Option<RunFile>,
    send: &Send,
    bytes: Vec<u8>,
    region: Option<Region>,
) -> Result<CampaignId, Failure> {
    let hash = hash(&bytes, send);
    if let Some(key) = &send.key
        && let Some((id, known)) = campaign::find_by_key(server, scope, key).await?
    {
        return if known == hash { Ok(id) } else { Err(usage(&Error::Refused(Refusal::KeyConflict))) };
    }
    know_the_sandbox(server, engines, beside).await?;
    let number = find_number(server, scope, send).await?;
    let file_name = send.contacts.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let upload = Upload { file_name: file_name.clone(), bytes, region };
    let import = import::upload(server, scope, upload).await.map_err(mistake)?.id;
    import::start(server, scope, import, None).await.map_err(mistake)?;
    // The engine imports it: here, or in the process that has the lock.
    import::wait(server, scope, import).await.map_err(mistake)?;
    let new = NewCampaign {
        name: format!("{file_name}, {}", send.key.as_deref().unwrap_or("command line")).chars().take(100).collect(),
        number: Some(number),
        message: send.message.clone(),
        audience: Some(Audience::Import(import)),
        ..NewCampaign::default()
    };
    let key = send.key.clone().map(|key| campaign::SendKey { key, hash });
    campaign::send(server, scope, new, &campaign::SendOptions { rate: send.rate, key }).await.map_err(mistake)
}

/// Where the sandbox is: elsewhere by configuration, in this process, or in the server that runs beside it.
async fn know_the_sandbox(server: &Server, engines: &mut Engines, beside: Option<RunFile>) -> Result<(), Failure> {
    if server.sandbox_url().is_some() || !server.config.sandbox.enabled {
        return Ok(());
    }
    match beside.and_then(|run| run.sandbox_url) {
        Some(url) if engines.role() == Role::Waiting && is_there(server, &url).await => server.set_sandbox_url(url),
        _ => engines.running().await?,
    }
    Ok(())
}

async fn is_there(server: &Server, sandbox_url: &str) -> bool {
    let answer = server.http.get(format!("{sandbox_url}/health")).send().await;
    answer.is_ok_and(|answer| answer.status().is_success())
}

async fn find_number(server: &Server, scope: &Scope, send: &Send) -> Result<NumberId, Failure> {
    let wanted = send.number.trim();
    let numbers = number::list(server, scope).await?;
    match numbers.iter().find(|number| number.label.eq_ignore_ascii_case(wanted)) {
        Some(number) => Ok(number.id),
        None if wanted.eq_ignore_ascii_case(SANDBOX) => {
            number::add_sandbox(server, scope, wanted).await.map_err(mistake)
        }
        None => Err(Failure::Usage(format!("--number: there is no number {wanted:?}; add it in the dashboard first"))),
    }
}

/// Of file, message and number: what makes two runs the same.
fn hash(bytes: &[u8], send: &Send) -> Vec<u8> {
    let mut hash = Sha256::new();
    for part in [bytes, send.message.as_bytes(), send.number.trim().to_lowercase().as_bytes()] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().to_vec()
}

/// Waits until the campaign has ended; false when a signal came first.
async fn wait(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool, Failure> {
    let ended = |view: &CampaignView| matches!(view.status, CampaignStatus::Finished | CampaignStatus::Cancelled);
    watch(server, scope, id, ended).await
}

/// Waits until every recipient is in the ledger; false when a signal came first.
async fn enqueued(server: &Server, scope: &Scope, id: CampaignId) -> Result<bool, Failure> {
    watch(server, scope, id, |view| !view.preparing).await
}

async fn watch(
    server: &Server,
    scope: &Scope,
    id: CampaignId,
    done: impl Fn(&CampaignView) -> bool,
) -> Result<bool, Failure> {
    let mut heard = server.bus.subscribe(scope.tenant());
    let mut look = tokio::time::interval(LOOK_EVERY);
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    loop {
        if done(&campaign::get(server, scope, id).await?) {
            return Ok(true);
        }
        tokio::select! {
            _ = look.tick() => {}
            // Also when events were missed: the row says what is true.
            _ = heard.recv() => {}
            _ = tokio::signal::ctrl_c() => return Ok(false),
            _ = terminate.recv() => return Ok(false),
        }
    }
}

async fn print(server: &Server, scope: &Scope, id: CampaignId, as_json: bool) -> Result<()> {
    let view = campaign::get(server, scope, id).await?;
    let Some(Audience::Import(import)) = view.audience else { anyhow::bail!("the campaign has no contact file") };
    let counts = import::get(server, scope, import).await?.counts;
    let totals = Totals {
        campaign: id,
        imported: counts.imported,
        invalid: counts.invalid,
        duplicates: counts.duplicates,
        excluded: counts.excluded,
        recipients: counts.imported - counts.excluded,
        sent: view.totals.sent,
        delivered: view.totals.delivered,
        read: view.totals.read,
        replied: view.totals.replied,
        failed: view.totals.failed,
    };
    if as_json {
        println!("{}", serde_json::to_string(&totals)?);
    } else {
        println!(
            "{} contacts imported ({} invalid, {} repeated, {} excluded); {} recipients: {} sent, {} failed",
            totals.imported,
            totals.invalid,
            totals.duplicates,
            totals.excluded,
            totals.recipients,
            totals.sent,
            totals.failed
        );
    }
    Ok(())
}

/// What the caller can mend is a mistake of theirs; everything else is ours.
fn mistake(error: server::Error) -> Failure {
    match error {
        server::Error::Domain(error) if error != Error::Internal => usage(&error),
        other => Failure::Other(other.into()),
    }
}

fn usage(error: &Error) -> Failure {
    Failure::Usage(error.message(domain::Lang::En))
}
