//! Joins the rows of a `COPY … TO STDOUT` before they are taken apart one by one.
//!
//! The server sends each row as a message of its own, and a message costs tokio-postgres more than the row in it costs us.
//! Where one `CopyData` message ends and the next begins means nothing (PostgreSQL manual, 55.2.7, "COPY Operations"), so
//! this stream, between the socket and tokio-postgres, makes one of as many as there are room for.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};

/// Bytes that one read may fetch; sockets hold about as many.
const CAPACITY: usize = 128 << 10;

/// The type and the length of a message, which counts itself but not the type.
const HEADER: usize = 5;

/// A stream of the server's messages, after any encryption is off.
pub(super) struct JoinedCopy<S> {
    inner: S,
    buffer: Vec<u8>,
    /// What was read into the buffer and not yet passed on.
    start: usize,
    end: usize,
    /// Bytes of a message that is passed on as it is.
    passing: usize,
}

impl<S> JoinedCopy<S> {
    pub(super) fn new(inner: S) -> Self {
        Self { inner, buffer: vec![0; CAPACITY], start: 0, end: 0, passing: 0 }
    }

    fn waiting(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Passes on what is there, unless it is better to wait for more.
    fn give(&mut self, out: &mut ReadBuf<'_>) {
        let before = out.filled().len();
        if self.passing == 0 {
            self.join(out);
        }
        if out.filled().len() == before && self.passing == 0 {
            self.passing = match message(self.waiting()) {
                // The rest of it is still to come, and then it may be joined with others.
                Some((b'd', length)) if length > self.waiting().len() && length <= CAPACITY => 0,
                Some((_, length)) => length,
                None => 0,
            };
        }
        let count = self.passing.min(self.waiting().len()).min(out.remaining());
        out.put_slice(self.waiting().get(..count).unwrap_or_default());
        self.passing -= count;
        self.start += count;
    }

    /// Writes one message with the rows of all whole ones that fit.
    fn join(&mut self, out: &mut ReadBuf<'_>) {
        let first = out.filled().len();
        let mut rest = self.waiting();
        while let Some((b'd', length)) = message(rest)
            && let Some((whole, after)) = rest.split_at_checked(length)
            && length <= out.remaining()
        {
            let begun = out.filled().len() > first;
            out.put_slice(whole.get(if begun { HEADER } else { 0 }..).unwrap_or_default());
            rest = after;
        }
        self.start = self.end - rest.len();
        let joined = out.filled_mut().get_mut(first..).unwrap_or_default();
        if let (Some(Ok(length)), Some(place)) =
            (joined.len().checked_sub(1).map(u32::try_from), joined.get_mut(1..HEADER))
        {
            place.copy_from_slice(&length.to_be_bytes());
        }
    }
}

/// The type and the whole length of the message at the beginning, if as much of it has come as says so. What can't be a
/// message has no end, so that it is passed on and tokio-postgres refuses it.
fn message(bytes: &[u8]) -> Option<(u8, usize)> {
    let (kind, rest) = bytes.split_first()?;
    let length = u32::from_be_bytes(*rest.first_chunk()?);
    Some((*kind, if length < 4 { usize::MAX } else { length as usize + 1 }))
}

impl<S: AsyncRead + Unpin> AsyncRead for JoinedCopy<S> {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = out.filled().len();
        loop {
            this.give(out);
            if out.filled().len() > before || out.remaining() == 0 {
                return Poll::Ready(Ok(()));
            }
            this.buffer.copy_within(this.start..this.end, 0);
            (this.start, this.end) = (0, this.end - this.start);
            let mut room = ReadBuf::new(this.buffer.get_mut(this.end..).unwrap_or_default());
            ready!(Pin::new(&mut this.inner).poll_read(context, &mut room))?;
            let count = room.filled().len();
            this.end += count;
            if count == 0 {
                // The stream has ended, if need be in the middle of a message.
                this.passing = this.end - this.start;
                this.give(out);
                return Poll::Ready(Ok(()));
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for JoinedCopy<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(context, bytes)
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(context)
    }
}

impl<S: TlsStream + Unpin> TlsStream for JoinedCopy<S> {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}

/// A TLS connector whose streams join the rows.
#[derive(Clone)]
pub(super) struct Joining<T>(pub(super) T);

impl<S, T: MakeTlsConnect<S>> MakeTlsConnect<S> for Joining<T>
where
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<S>>::Future: Send + 'static,
{
    type Stream = JoinedCopy<T::Stream>;
    type TlsConnect = Joining<T::TlsConnect>;
    type Error = T::Error;

    fn make_tls_connect(&mut self, domain: &str) -> Result<Self::TlsConnect, Self::Error> {
        self.0.make_tls_connect(domain).map(Joining)
    }
}

impl<S, T: TlsConnect<S>> TlsConnect<S> for Joining<T>
where
    T::Future: Send + 'static,
{
    type Stream = JoinedCopy<T::Stream>;
    type Error = T::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Stream, Self::Error>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        let connecting = self.0.connect(stream);
        Box::pin(async { connecting.await.map(JoinedCopy::new) })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use tokio::io::AsyncReadExt;

    use super::*;

    /// Gives its bytes in pieces of so many.
    struct Pieces<'a>(&'a [u8], Vec<usize>);

    impl AsyncRead for Pieces<'_> {
        fn poll_read(mut self: Pin<&mut Self>, _: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
            self.1.rotate_left(1);
            let count = self.1[0].min(self.0.len()).min(out.remaining());
            let (now, later) = self.0.split_at(count);
            out.put_slice(now);
            self.0 = later;
            Poll::Ready(Ok(()))
        }
    }

    type Message = (u8, Vec<u8>);

    fn encode(messages: &[Message]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (kind, body) in messages {
            bytes.push(*kind);
            bytes.extend((body.len() as u32 + 4).to_be_bytes());
            bytes.extend(body);
        }
        bytes
    }

    /// The messages of a stream, rows that follow each other in one, and how many there were before that.
    fn decode(mut bytes: &[u8]) -> (Vec<Message>, usize) {
        let (mut messages, mut count): (Vec<Message>, usize) = (Vec::new(), 0);
        while let Some((kind, length)) = message(bytes) {
            let (body, rest) = (&bytes[HEADER..length], &bytes[length..]);
            match messages.last_mut() {
                Some((b'd', last)) if kind == b'd' => last.extend(body),
                _ => messages.push((kind, body.to_vec())),
            }
            (bytes, count) = (rest, count + 1);
        }
        assert!(bytes.is_empty());
        (messages, count)
    }

    fn through(bytes: &[u8], pieces: Vec<usize>, room: &[usize]) -> Vec<u8> {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let (mut stream, mut got) = (JoinedCopy::new(Pieces(bytes, pieces)), Vec::new());
            for room in room.iter().cycle() {
                let mut part = vec![0; *room];
                match stream.read(&mut part).await.unwrap() {
                    0 => break,
                    count => got.extend_from_slice(&part[..count]),
                }
            }
            got
        })
    }

    proptest! {
        #[test]
        fn messages_arrive_as_they_were_sent_however_they_are_cut(
            messages in prop::collection::vec(
                (prop::sample::select(vec![b'd', b'd', b'd', b'C', b'Z']), prop::collection::vec(any::<u8>(), 0..60)),
                0..40,
            ),
            pieces in prop::collection::vec(1usize..200, 1..10),
            room in prop::collection::vec(1usize..300, 1..10),
        ) {
            let sent = encode(&messages);
            let got = through(&sent, pieces, &room);
            prop_assert_eq!(decode(&got).0, decode(&sent).0);
        }

        #[test]
        fn what_is_no_message_is_passed_on_as_it_is(bytes in prop::collection::vec(0u8..3, 0..200)) {
            prop_assert_eq!(through(&bytes, vec![7], &[50]), bytes);
        }
    }

    #[test]
    fn many_rows_become_few_messages_and_a_row_larger_than_the_buffer_stays_whole() {
        let mut messages = vec![(b'd', vec![1; 100]); 1000];
        messages.push((b'd', vec![2; 3 * CAPACITY]));
        messages.push((b'c', Vec::new()));
        let sent = encode(&messages);
        let got = through(&sent, vec![8192], &[8192]);
        let (received, count) = decode(&got);
        assert_eq!(received, decode(&sent).0);
        assert!(count < 40, "{count}");
    }
}
