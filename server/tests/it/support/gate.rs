//! A gate in front of a sandbox: sessions go through it, and can be cut off without either side being told.

use super::World;
use sandbox::{Running, Sandbox, SandboxConfig};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional},
    net::{TcpListener, TcpStream},
    sync::watch,
};

pub struct Gate {
    /// Rises each time the gate is shut.
    shut: watch::Sender<u64>,
    _network: Running,
}

impl Gate {
    /// A sandbox whose sessions go through the gate.
    pub async fn before_a_sandbox(world: &World) -> Self {
        let network = Sandbox::open(SandboxConfig::default()).await.expect("the sandbox opens");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listens");
        let address = listener.local_addr().expect("an address");
        // The first word counts: the sandbox of the engines stays alone.
        world.server.set_sandbox_url(format!("http://{address}"));
        let (shut, behind) = (watch::Sender::new(0), network.addr());
        let gate = shut.clone();
        tokio::spawn(async move {
            while let Ok((visitor, _)) = listener.accept().await {
                tokio::spawn(through(visitor, behind, gate.subscribe()));
            }
        });
        Self { shut, _network: network }
    }

    /// Sessions that are open stay open, and nothing of them comes through any more. Who comes later may pass.
    pub fn shut(&self) {
        self.shut.send_modify(|times| *times += 1);
    }
}

async fn through(mut visitor: TcpStream, behind: std::net::SocketAddr, mut shut: watch::Receiver<u64>) {
    let Ok(mut network) = TcpStream::connect(behind).await else { return };
    let mut first = [0; 64];
    let Ok(length) = visitor.read(&mut first).await else { return };
    let is_session = first.starts_with(b"GET /ws/chat");
    if network.write_all(&first[..length]).await.is_err() {
        return;
    }
    tokio::select! {
        _ = copy_bidirectional(&mut visitor, &mut network) => {}
        Ok(()) = shut.changed(), if is_session => std::future::pending().await,
    }
}
