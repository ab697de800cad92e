//! What the reply subject of a delivered message says of it.
//!
//! `$JS.ACK.<stream>.<consumer>.<times>.<stream sequence>.<consumer sequence>.<nanoseconds>.<pending>`, and with a domain and a
//! hash of the account before the stream in the newer form.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// One delivery of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Delivered<'a> {
    pub(super) stream: &'a str,
    pub(super) consumer: &'a str,
    /// The how many-th time it is delivered.
    pub(super) times: u64,
    pub(super) stream_seq: u64,
    pub(super) consumer_seq: u64,
    pub(super) taken: SystemTime,
}

impl<'a> Delivered<'a> {
    /// Reads a reply subject; none when it is another one.
    pub(super) fn parse(reply: &'a str) -> Option<Delivered<'a>> {
        let rest = reply.strip_prefix("$JS.ACK.")?;
        let dots = rest.bytes().filter(|byte| *byte == b'.').count();
        let mut parts = rest.split('.');
        if dots >= 8 {
            parts.next()?;
            parts.next()?;
        }
        let (stream, consumer) = (parts.next()?, parts.next()?);
        let mut number = || parts.next()?.parse::<u64>().ok();
        let (times, stream_seq, consumer_seq, nanos) = (number()?, number()?, number()?, number()?);
        let taken = UNIX_EPOCH + Duration::from_nanos(nanos);
        Some(Delivered { stream, consumer, times, stream_seq, consumer_seq, taken })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_are_read() {
        let wanted = Delivered {
            stream: "default",
            consumer: "group-1",
            times: 2,
            stream_seq: 30,
            consumer_seq: 4,
            taken: UNIX_EPOCH + Duration::from_nanos(1_600_000_000_000_000_005),
        };
        for reply in [
            "$JS.ACK.default.group-1.2.30.4.1600000000000000005.6",
            "$JS.ACK._.hash.default.group-1.2.30.4.1600000000000000005.6.token",
            "$JS.ACK.hub.hash.default.group-1.2.30.4.1600000000000000005.6",
        ] {
            assert_eq!(Delivered::parse(reply), Some(wanted), "{reply}");
        }
        assert_eq!(Delivered::parse("_INBOX.a.b"), None);
        assert_eq!(Delivered::parse("$JS.ACK.default.group-1.2"), None);
    }
}
