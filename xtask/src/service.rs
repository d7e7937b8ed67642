//! A private PostgreSQL and Redis for the tests: on free ports of the loopback, with their data in a temporary folder,
//! never as root, and gone when the value is dropped.

use std::fs::{self, DirBuilder};
use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};
use std::{env, io, process, thread};

use anyhow::{Context, Result, bail};
use nix::sys::signal::{Signal, kill};
use nix::unistd::{Uid, User};

use crate::interrupt;
use crate::program::{create_log, pid_of};
use crate::tool;
use crate::workspace::Workspace;

const START_WITHIN: Duration = Duration::from_secs(60);

/// Both databases' services. Dropping it stops them and removes their data.
pub struct Services {
    pub postgres_url: String,
    pub redis_url: String,
    // In this order: the programs end before their folder is removed.
    _postgres: Service,
    _redis: Service,
    _folder: Folder,
}

impl Services {
    pub fn start(ws: &Workspace) -> Result<Self> {
        let postgres_programs = tool::postgres(ws)?;
        let redis_program = tool::redis(ws)?;
        let user = unprivileged_user()?;
        let folder = Folder::new(user.as_ref())?;
        let (postgres, postgres_port) = start_postgres(ws, &postgres_programs, &folder.0, user.as_ref())?;
        let (redis, redis_port) = start_redis(ws, &redis_program, &folder.0, user.as_ref())?;
        println!("  PostgreSQL on port {postgres_port}, Redis on port {redis_port}");
        Ok(Self {
            postgres_url: format!("postgres://postgres@127.0.0.1:{postgres_port}/postgres"),
            redis_url: format!("redis://127.0.0.1:{redis_port}"),
            _postgres: postgres,
            _redis: redis,
            _folder: folder,
        })
    }
}

fn start_postgres(ws: &Workspace, programs: &Path, folder: &Path, user: Option<&User>) -> Result<(Service, u16)> {
    let data = folder.join("postgres");
    let output = command(programs.join("initdb"), folder, user)
        .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--pgdata"])
        .arg(&data)
        .output()
        .context("cannot run initdb")?;
    if !output.status.success() {
        bail!("initdb failed: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    let port = free_port()?;
    let mut postgres = command(programs.join("postgres"), folder, user);
    postgres.arg("-D").arg(&data).args(["-p", &port.to_string(), "-k"]).arg(folder);
    // The tests kill Sapa, never PostgreSQL: its own durability would only cost time.
    let settings = ["listen_addresses=127.0.0.1", "max_connections=300", "fsync=off", "full_page_writes=off"];
    for setting in settings {
        postgres.args(["-c", setting]);
    }
    let ready = "database system is ready to accept connections";
    Ok((Service::start(postgres, Signal::SIGQUIT, &ws.log("postgres"), ready)?, port))
}

fn start_redis(ws: &Workspace, program: &Path, folder: &Path, user: Option<&User>) -> Result<(Service, u16)> {
    let port = free_port()?;
    let mut redis = command(program.to_path_buf(), folder, user);
    redis.args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--save", "", "--appendonly", "no", "--dir"]);
    redis.arg(folder);
    Ok((Service::start(redis, Signal::SIGKILL, &ws.log("redis"), "Ready to accept connections")?, port))
}

fn command(program: PathBuf, folder: &Path, user: Option<&User>) -> Command {
    let mut command = Command::new(program);
    command.stdin(Stdio::null()).current_dir(folder).process_group(0).env("LC_ALL", "C.UTF-8");
    if let Some(user) = user {
        command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
    }
    command
}

/// `nobody` when we are root: PostgreSQL refuses to run as root, and nothing here needs it.
fn unprivileged_user() -> Result<Option<User>> {
    if !Uid::effective().is_root() {
        return Ok(None);
    }
    let nobody = User::from_name("nobody")?.context("running as root needs a user `nobody` for the databases")?;
    Ok(Some(nobody))
}

fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// A temporary folder that belongs to whoever runs the services.
struct Folder(PathBuf);

impl Folder {
    fn new(user: Option<&User>) -> Result<Self> {
        let path = env::temp_dir().join(format!("sapa-test-{}", process::id()));
        DirBuilder::new().mode(0o700).create(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let folder = Self(path);
        if let Some(user) = user {
            chown(&folder.0, Some(user.uid.as_raw()), Some(user.gid.as_raw()))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            eprintln!("cannot remove {}: {error}", self.0.display());
        }
    }
}

/// A running program and the signal that ends it without ceremony.
struct Service(Child, Signal);

impl Service {
    /// Returns when the program has printed `ready`; its output goes on to `log`.
    fn start(mut command: Command, stop: Signal, log: &Path, ready: &'static str) -> Result<Self> {
        let mut file = create_log(log)?;
        let (reader, writer) = io::pipe()?;
        command.stdout(writer.try_clone()?).stderr(writer);
        let service = Self(command.spawn().with_context(|| format!("cannot run {command:?}"))?, stop);
        drop(command);
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                writeln!(file, "{line}").ok();
                if line.contains(ready) {
                    tell.send(()).ok();
                }
            }
        });
        service.wait_until(&told).with_context(|| format!("a service did not start, see {}", log.display()))?;
        Ok(service)
    }

    fn wait_until(&self, told: &mpsc::Receiver<()>) -> Result<()> {
        let deadline = Instant::now() + START_WITHIN;
        loop {
            match told.recv_timeout(Duration::from_millis(200)) {
                Ok(()) => return Ok(()),
                Err(RecvTimeoutError::Disconnected) => bail!("it ended at once"),
                Err(RecvTimeoutError::Timeout) if interrupt::requested() => bail!("interrupted"),
                Err(RecvTimeoutError::Timeout) if Instant::now() > deadline => {
                    bail!("not ready after {START_WITHIN:?}")
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        kill(pid_of(&self.0), self.1).ok();
        self.0.wait().ok();
    }
}
