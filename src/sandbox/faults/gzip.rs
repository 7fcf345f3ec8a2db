//! Many zeros as a small gzip file.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{Read as _, copy, repeat};

/// A gzip file that unpacks to `size` zeros, about a thousandth of that in size.
pub(super) fn zeros(size: u64) -> Vec<u8> {
    let mut file = GzEncoder::new(Vec::new(), Compression::best());
    // Memory takes whatever is written to it.
    let _ = copy(&mut repeat(0).take(size), &mut file);
    file.finish().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::zeros;
    use flate2::read::GzDecoder;
    use std::io::Read as _;

    #[test]
    fn a_file_of_many_zeros_unpacks_to_them_and_is_small() {
        let mut unpacked = Vec::new();
        GzDecoder::new(zeros(100_000).as_slice()).read_to_end(&mut unpacked).expect("a gzip file");
        assert_eq!(unpacked, vec![0; 100_000]);
        assert!(zeros(10_000_000).len() < 70_000);
    }
}
