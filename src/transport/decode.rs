//! Undoing `content-encoding` (RFC 9110, section 8.4), behind a limit: what a server sends small may be large.

use super::TransportErrorKind;
use crate::text::size;
use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use flate2::{Decompress, FlushDecompress, Status};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use std::cell::Cell;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read};
use std::rc::Rc;

/// Most encodings undone one after the other; nobody uses more than two.
const MOST: usize = 5;

/// `206 Partial Content`: a piece of an encoded body, which cannot be decoded on its own.
const PARTIAL: u16 = 206;

/// A body as the checks see it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decoded {
    /// The body.
    pub(super) body: Bytes,
    /// Its length as it came, in bytes; absent when it came as it is.
    pub(super) wire_bytes: Option<usize>,
}

/// Undoes the encodings that the headers name, the last one first.
///
/// # Errors
/// An encoding is unknown, the body is not what its encoding says, or decoded it is larger than `limit` bytes.
pub(super) fn decode(
    status: u16,
    headers: &HeaderMap,
    wire: Bytes,
    limit: usize,
) -> Result<Decoded, (TransportErrorKind, String)> {
    let named: Vec<String> = headers
        .get_all(CONTENT_ENCODING)
        .iter()
        .flat_map(|value| String::from_utf8_lossy(value.as_bytes()).split(',').map(named).collect::<Vec<_>>())
        .filter(|name| !name.is_empty() && name != "identity")
        .collect();
    if named.is_empty() || wire.is_empty() || status == PARTIAL {
        return Ok(Decoded { body: wire, wire_bytes: None });
    }
    let broken = |message: String| (TransportErrorKind::Encoding, message);
    if named.len() > MOST {
        return Err(broken(format!("the body is encoded {} times over; at most {MOST} are undone", named.len())));
    }
    let overflow = Rc::new(Cell::new(false));
    let mut reader: Box<dyn Read + '_> = Box::new(&wire[..]);
    for name in named.iter().rev() {
        let undone = undo(name, reader).ok_or_else(|| {
            broken(format!("the body is encoded as `{name}`, which cannot be undone here: gzip, deflate and br can"))
        })?;
        reader = Box::new(Bounded { from: undone, left: limit, overflow: Rc::clone(&overflow) });
    }
    let mut body = Vec::new();
    match reader.read_to_end(&mut body) {
        Ok(_) => Ok(Decoded { body: Bytes::from(body), wire_bytes: Some(wire.len()) }),
        Err(_) if overflow.get() => Err((
            TransportErrorKind::TooLarge,
            format!("the response is larger than {} once it is decoded", size(limit)),
        )),
        Err(error) => {
            let why =
                if error.kind() == ErrorKind::UnexpectedEof { "it ends too early".into() } else { error.to_string() };
            Err(broken(format!("the body is not what `content-encoding: {}` says: {why}", named.join(", "))))
        }
    }
}

fn named(name: &str) -> String {
    name.trim().to_ascii_lowercase()
}

/// A reader that undoes one encoding; none when it is unknown.
fn undo<'r>(name: &str, from: Box<dyn Read + 'r>) -> Option<Box<dyn Read + 'r>> {
    match name {
        "gzip" | "x-gzip" => Some(Box::new(MultiGzDecoder::new(BufReader::new(from)))),
        "deflate" => Some(Box::new(Inflate::new(BufReader::new(from)))),
        "br" => Some(Box::new(brotli_decompressor::Decompressor::new(from, 4096))),
        _ => None,
    }
}

/// Passes on at most so many bytes; one more is an error.
struct Bounded<R> {
    from: R,
    left: usize,
    overflow: Rc<Cell<bool>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let read = self.from.read(into)?;
        match self.left.checked_sub(read) {
            Some(left) => {
                self.left = left;
                Ok(read)
            }
            None => {
                self.overflow.set(true);
                Err(Error::other("too large"))
            }
        }
    }
}

/// The encoding `deflate`: zlib (RFC 1950) as it should be, or bare (RFC 1951) as some servers have it. Unlike the
/// library's own reader it tells a body that ends too early.
struct Inflate<R> {
    from: R,
    inflate: Option<Decompress>,
    ended: bool,
}

impl<R: BufRead> Inflate<R> {
    const fn new(from: R) -> Self {
        Self { from, inflate: None, ended: false }
    }
}

impl<R: BufRead> Read for Inflate<R> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        while !self.ended && !into.is_empty() {
            let piece = self.from.fill_buf()?;
            let inflate = self.inflate.get_or_insert_with(|| Decompress::new(is_zlib(piece)));
            let (consumed, made) = (inflate.total_in(), inflate.total_out());
            let status = inflate.decompress(piece, into, FlushDecompress::None)?;
            let at_end = piece.is_empty();
            // Both are at most the lengths of the two slices.
            let consumed = usize::try_from(inflate.total_in() - consumed).unwrap_or(piece.len());
            let made = usize::try_from(inflate.total_out() - made).unwrap_or(into.len());
            self.from.consume(consumed);
            self.ended = status == Status::StreamEnd;
            if made > 0 {
                return Ok(made);
            }
            if at_end && !self.ended {
                return Err(ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(0)
    }
}

/// Whether bytes begin as zlib does: method 8, and a header that 31 divides (RFC 1950, section 2.2).
fn is_zlib(begin: &[u8]) -> bool {
    match begin {
        [method, flags, ..] => method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]) % 31 == 0,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::LARGEST_RESPONSE;
    use flate2::Compression;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};

    /// `hello, hello, hello!` as `br`, from the reference encoder.
    const BROTLI: &[u8] = &[
        0x8b, 0x09, 0x80, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c, 0x20, 0x68, 0x65, 0x6c, 0x6c, 0x6f, 0x2c, 0x20, 0x68,
        0x65, 0x6c, 0x6c, 0x6f, 0x21, 0x03,
    ];
    const TEXT: &[u8] = b"hello, hello, hello!";

    fn all(mut reader: impl Read) -> Bytes {
        let mut bytes = Vec::new();
        reader.read_to_end(&mut bytes).unwrap();
        bytes.into()
    }

    fn gzip(plain: &[u8]) -> Bytes {
        all(GzEncoder::new(plain, Compression::best()))
    }

    fn zlib(plain: &[u8]) -> Bytes {
        all(ZlibEncoder::new(plain, Compression::default()))
    }

    fn decoded(encodings: &[&str], wire: Bytes) -> Result<Decoded, (TransportErrorKind, String)> {
        let mut headers = HeaderMap::new();
        for encoding in encodings {
            headers.append(CONTENT_ENCODING, encoding.parse().unwrap());
        }
        decode(200, &headers, wire, LARGEST_RESPONSE)
    }

    fn text(encodings: &[&str], wire: Bytes) -> Bytes {
        decoded(encodings, wire).unwrap().body
    }

    #[test]
    fn every_encoding_is_undone_and_the_wire_size_is_kept() {
        let wire = gzip(TEXT);
        let length = wire.len();
        assert_eq!(decoded(&["gzip"], wire).unwrap(), Decoded { body: TEXT.into(), wire_bytes: Some(length) });
        assert_eq!(text(&["X-GZIP"], gzip(TEXT)), TEXT);
        assert_eq!(text(&["deflate"], zlib(TEXT)), TEXT);
        assert_eq!(text(&["deflate"], all(DeflateEncoder::new(TEXT, Compression::default()))), TEXT);
        assert_eq!(text(&["br"], Bytes::from_static(BROTLI)), TEXT);
    }

    #[test]
    fn several_encodings_are_undone_from_the_last_one_on() {
        assert_eq!(text(&["deflate, gzip"], gzip(&zlib(TEXT))), TEXT);
        assert_eq!(text(&["br", "identity", "gzip"], gzip(BROTLI)), TEXT);
        let mut members = gzip(b"two ").to_vec();
        members.extend_from_slice(&gzip(b"members"));
        assert_eq!(text(&["gzip"], members.into()), "two members");
    }

    #[test]
    fn a_body_without_an_encoding_is_left_alone() {
        let plain = Decoded { body: TEXT.into(), wire_bytes: None };
        assert_eq!(decoded(&[], TEXT.into()).unwrap(), plain);
        assert_eq!(decoded(&["identity"], TEXT.into()).unwrap(), plain);
        assert_eq!(decoded(&["gzip"], Bytes::new()).unwrap().wire_bytes, None);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, "gzip".parse().unwrap());
        assert_eq!(decode(PARTIAL, &headers, TEXT.into(), LARGEST_RESPONSE).unwrap(), plain);
    }

    #[test]
    fn what_cannot_be_undone_is_said() {
        let said = |encodings: &[&str], wire: Bytes| decoded(encodings, wire).unwrap_err().1;
        assert_eq!(
            said(&["zstd"], TEXT.into()),
            "the body is encoded as `zstd`, which cannot be undone here: gzip, deflate and br can"
        );
        assert_eq!(
            said(&["gzip"], TEXT.into()),
            "the body is not what `content-encoding: gzip` says: invalid gzip header"
        );
        for (encoding, whole) in [("gzip", gzip(TEXT)), ("deflate", zlib(TEXT)), ("br", BROTLI.into())] {
            let cut = whole.slice(..whole.len() - 2);
            let message = said(&[encoding], cut);
            assert!(
                message.starts_with(&format!("the body is not what `content-encoding: {encoding}` says")),
                "{message}"
            );
        }
        assert!(said(&["gzip, gzip, gzip", "gzip, gzip, gzip"], TEXT.into()).contains("6 times"));
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = all(GzEncoder::new(std::io::repeat(0).take(20 << 20), Compression::fast()));
        assert!(bomb.len() < 1 << 18, "{}", bomb.len());
        let (kind, message) = decoded(&["gzip"], bomb.clone()).unwrap_err();
        assert_eq!(kind, TransportErrorKind::TooLarge);
        assert_eq!(message, "the response is larger than 16 MB once it is decoded");
        // In two layers the inner one is no larger than the outer one lets through.
        assert_eq!(decoded(&["gzip, gzip"], gzip(&bomb)).unwrap_err().0, TransportErrorKind::TooLarge);
        assert_eq!(decoded(&["deflate, gzip"], bomb).unwrap_err().0, TransportErrorKind::Encoding);
    }

    #[test]
    fn exactly_the_limit_is_not_too_large() {
        let most = all(GzEncoder::new(std::io::repeat(7).take(LARGEST_RESPONSE as u64), Compression::fast()));
        assert_eq!(text(&["gzip"], most).len(), LARGEST_RESPONSE);
    }
}
