//! A proxy between the process and its bus, whose connections can be cut, refused and slowed down.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[derive(Default)]
struct State {
    refuses: AtomicBool,
    delay: AtomicU64,
    open: Mutex<Vec<TcpStream>>,
}

pub struct Proxy {
    pub address: SocketAddr,
    state: Arc<State>,
}

impl Proxy {
    pub fn new(server: SocketAddr) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let proxy = Proxy { address: listener.local_addr().unwrap(), state: Arc::default() };
        let state = proxy.state.clone();
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(server) else { continue };
                // Looked at under the lock, so that no connection slips through beside a cut.
                let mut open = state.open.lock().unwrap();
                if state.refuses.load(Ordering::SeqCst) {
                    continue;
                }
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let state = state.clone();
                    std::thread::spawn(move || forward(from, to, &state));
                }
                open.extend([client, server]);
            }
        });
        proxy
    }

    /// Ends every connection. Whether new ones are let through is said, too.
    pub fn cut(&self, lets_through: bool) {
        let mut open = self.state.open.lock().unwrap();
        self.state.refuses.store(!lets_through, Ordering::SeqCst);
        for stream in open.drain(..) {
            // It may be closed already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Lets new connections through again.
    pub fn mend(&self) {
        self.state.refuses.store(false, Ordering::SeqCst);
    }

    /// Every piece of data takes so much longer from now on, each way.
    pub fn slow(&self, delay: Duration) {
        self.state.delay.store(u64::try_from(delay.as_millis()).unwrap(), Ordering::SeqCst);
    }
}

fn forward(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut buffer = vec![0; 1 << 14];
    while let Ok(count) = from.read(&mut buffer) {
        std::thread::sleep(Duration::from_millis(state.delay.load(Ordering::SeqCst)));
        if count == 0 || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other side may have closed it.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
