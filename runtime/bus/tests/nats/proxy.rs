//! A proxy between a bus and its server, whose connections can be cut and whose answers can be swallowed.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

pub struct Proxy {
    pub address: SocketAddr,
    cut: watch::Sender<u64>,
    swallow: Arc<AtomicBool>,
    refuse: Arc<AtomicBool>,
}

impl Proxy {
    pub async fn start(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (cut, cuts) = watch::channel(0);
        let swallow = Arc::new(AtomicBool::new(false));
        let swallows = swallow.clone();
        let refuse = Arc::new(AtomicBool::new(false));
        let refuses = refuse.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if refuses.load(Ordering::SeqCst) {
                    continue;
                }
                let Ok(server) = TcpStream::connect(server).await else { continue };
                let (mut cuts, swallows) = (cuts.clone(), swallows.clone());
                cuts.mark_unchanged();
                tokio::spawn(async move {
                    tokio::select! {
                        () = forward(client, server, &swallows) => {}
                        _ = cuts.changed() => {}
                    }
                });
            }
        });
        Proxy { address, cut, swallow, refuse }
    }

    /// Ends every connection.
    pub fn cut(&self) {
        self.cut.send_modify(|cuts| *cuts += 1);
    }

    /// From now on nobody gets through.
    pub fn refuse(&self) {
        self.refuse.store(true, Ordering::SeqCst);
    }

    /// What the server says is lost, until told otherwise; what the client says arrives.
    pub fn swallow(&self, yes: bool) {
        self.swallow.store(yes, Ordering::SeqCst);
    }
}

async fn forward(client: TcpStream, server: TcpStream, swallows: &AtomicBool) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::io::copy(&mut from_client, &mut to_server);
    let down = async {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(count) = from_server.read(&mut buffer).await {
            if count == 0
                || (!swallows.load(Ordering::SeqCst) && to_client.write_all(&buffer[..count]).await.is_err())
            {
                return;
            }
        }
    };
    tokio::select! {
        _ = up => {}
        () = down => {}
    }
}
