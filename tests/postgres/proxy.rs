//! A network between client and server that stalls, or breaks off.
#![allow(dead_code, reason = "each test binary uses a part")]

use std::io::{self, Read, Write};
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

/// Forwards a loopback port to another one. Each request of the client goes on once the one before it was answered: so the
/// server has them one at a time, as from a network that splits what was sent at once.
pub(crate) fn in_steps(to: u16) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let (client, server) = (client.unwrap(), TcpStream::connect(("127.0.0.1", to)).unwrap());
            // The end of either connection is the end of both.
            thread::spawn(move || step_by_step(client, server));
        }
    });
    port
}

fn step_by_step(mut client: TcpStream, mut server: TcpStream) -> io::Result<()> {
    // The first message has no type.
    let mut length = [0; 4];
    client.read_exact(&mut length)?;
    let mut start = vec![0; u32::from_be_bytes(length) as usize - 4];
    client.read_exact(&mut start)?;
    server.write_all(&[length.as_slice(), &start].concat())?;
    loop {
        while pass(&mut server, &mut client)? != b'Z' {}
        while !matches!(pass(&mut client, &mut server)?, b'S' | b'Q') {}
    }
}

/// Passes a message on, and says its type.
fn pass(from: &mut TcpStream, to: &mut TcpStream) -> io::Result<u8> {
    let mut head = [0; 5];
    from.read_exact(&mut head)?;
    let [kind, length @ ..] = head;
    let mut body = vec![0; u32::from_be_bytes(length) as usize - 4];
    from.read_exact(&mut body)?;
    to.write_all(&[head.as_slice(), &body].concat())?;
    Ok(kind)
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
