//! A network between client and server that stalls, or breaks off.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// What the network does with a message of the client that has a text in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Passes it, and cuts the connection before the answer.
    CutAfter,
    /// Cuts the connection instead.
    CutBefore,
    /// Passes it, and no answer ever.
    Mute,
    /// Passes neither.
    Stall,
}

/// Forwards a loopback port to the socket of a server.
pub(crate) struct Proxy {
    pub(crate) port: u16,
}

impl Proxy {
    /// The `fault` happens at each message that has `text` in it, at most so many times.
    pub(crate) fn to(socket: PathBuf, fault: Fault, text: &'static str, times: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        // How many messages had the text.
        let seen = Arc::new(AtomicUsize::new(0));
        thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), UnixStream::connect(&socket).unwrap());
                let seen = Arc::clone(&seen);
                thread::spawn(move || forward(client, server, fault, text, times, &seen));
            }
        });
        Self { port }
    }
}

fn forward(
    mut client: TcpStream,
    mut server: UnixStream,
    fault: Fault,
    text: &str,
    times: usize,
    seen: &Arc<AtomicUsize>,
) {
    let is_mute = Arc::new(AtomicUsize::new(0));
    let (mut answers, mut back, muted) =
        (server.try_clone().unwrap(), client.try_clone().unwrap(), Arc::clone(&is_mute));
    thread::spawn(move || {
        let mut buffer = vec![0; 65_536];
        while let Ok(length @ 1..) = answers.read(&mut buffer) {
            if muted.load(Ordering::SeqCst) == 0 && back.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        // A mute network does not say that the server is gone.
        if muted.load(Ordering::SeqCst) == 0 {
            let _ = back.shutdown(Shutdown::Both);
        }
    });
    let mut buffer = vec![0; 65_536];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        let message = &buffer[..length];
        let hit = message.windows(text.len()).any(|window| window == text.as_bytes());
        if hit && seen.fetch_add(1, Ordering::SeqCst) < times {
            match fault {
                Fault::CutAfter | Fault::Mute => {
                    is_mute.store(1, Ordering::SeqCst);
                    server.write_all(message).unwrap();
                }
                Fault::CutBefore => {}
                Fault::Stall => is_mute.store(1, Ordering::SeqCst),
            }
            if matches!(fault, Fault::CutAfter | Fault::CutBefore) {
                let _ = client.shutdown(Shutdown::Both);
                break;
            }
            continue;
        }
        if is_mute.load(Ordering::SeqCst) == 0 && server.write_all(message).is_err() {
            break;
        }
    }
    // The server reads to the end of what it was sent.
    let _ = server.shutdown(Shutdown::Write);
}
