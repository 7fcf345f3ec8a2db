//! Many zeros as a small gzip file.

/// A gzip file that unpacks to `size` zeros, about a thousandth of that in size.
pub(super) fn zeros(size: u64) -> Vec<u8> {
    let mut file = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    file.extend(deflate(size));
    file.extend(checksum(size).to_le_bytes());
    // The format keeps the size modulo 2^32.
    file.extend(size.to_le_bytes().iter().take(4));
    file
}

/// One block with the fixed codes of DEFLATE: zeros one by one, then "the last byte again, 258 times" as often as it fits.
fn deflate(size: u64) -> Vec<u8> {
    const LONGEST: u64 = 258;
    let mut bits = Bits::default();
    bits.push(0b1, 1);
    bits.push(0b01, 2);
    let repeats = size.saturating_sub(1) / LONGEST;
    for _ in 0..size - repeats * LONGEST {
        bits.push(LITERAL_ZERO, 8);
    }
    for _ in 0..repeats {
        bits.push(LENGTH_258, 8);
        bits.push(0, 5);
    }
    bits.push(0, 7);
    bits.finish()
}

/// The code of the literal 0, and of the length 258, with the first bit lowest, which is how codes are packed.
const LITERAL_ZERO: u32 = 0b0000_1100;
const LENGTH_258: u32 = 0b1010_0011;

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, bits: u32, count: u32) {
        self.pending |= bits << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.pending.to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    fn finish(mut self) -> Vec<u8> {
        self.push(0, 7);
        self.bytes
    }
}

/// The CRC-32 of that many zeros.
fn checksum(size: u64) -> u32 {
    let mut state = u32::MAX;
    for _ in 0..size {
        state = (state >> 8) ^ TABLE[usize::from(state.to_le_bytes()[0])];
    }
    !state
}

/// What a byte does to the checksum.
const TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut state = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            state = if state & 1 == 1 { (state >> 1) ^ 0xedb8_8320 } else { state >> 1 };
            bit += 1;
        }
        table[byte] = state;
        byte += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::zeros;

    #[test]
    fn a_file_of_three_zeros_is_what_the_format_says() {
        let file = zeros(3);
        // Three literals of 8 bits between 3 bits of head and 7 of end: 34 bits.
        assert_eq!(file.len(), 10 + 5 + 8);
        assert_eq!(file[file.len() - 8..file.len() - 4], 0xff41_d912_u32.to_le_bytes());
        assert!(zeros(10_000_000).len() < 70_000);
    }
}
