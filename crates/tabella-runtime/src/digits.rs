//! Account ids as values.

/// The twelve digits of an account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Digits([u8; 12]);

impl Digits {
    /// `None`: not twelve digits.
    #[inline(always)]
    pub fn parse(text: &[u8]) -> Option<Self> {
        Self::of(text.try_into().ok()?)
    }

    /// As [`Self::parse`], of twelve bytes.
    #[inline(always)]
    pub fn of(bytes: &[u8; 12]) -> Option<Self> {
        // Two overlapping words of eight: each byte is 0x30 plus nine at most.
        let digits = |word: Option<&[u8; 8]>| {
            let Some(word) = word else { return false };
            let word = u64::from_le_bytes(*word);
            let more = word.wrapping_add(0x0606_0606_0606_0606);
            (word & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030)
                && (more & 0xF0F0_F0F0_F0F0_F0F0 == 0x3030_3030_3030_3030)
        };
        (digits(bytes.first_chunk()) && digits(bytes.last_chunk())).then_some(Digits(*bytes))
    }

    /// The digits that three words of a record hold.
    #[inline(always)]
    pub fn of_words(words: [u32; 3]) -> Self {
        let mut bytes = [0; 12];
        for (to, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *to = word.to_le_bytes();
        }
        Digits(bytes)
    }

    /// Whether these are they.
    #[inline(always)]
    pub fn are(&self, bytes: &[u8; 12]) -> bool {
        self.0 == *bytes
    }

    /// As bytes.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8; 12] {
        &self.0
    }

    /// What twelve bytes are in order by.
    #[inline(always)]
    pub fn order(bytes: &[u8; 12]) -> (u64, u32) {
        let head = bytes.first_chunk().map_or(0, |head| u64::from_be_bytes(*head));
        (head, bytes.last_chunk().map_or(0, |tail| u32::from_be_bytes(*tail)))
    }
}

#[cfg(test)]
mod tests {
    use super::Digits;

    #[test]
    fn twelve_digits_and_nothing_else() {
        for text in ["123456789012", "000000000000", "999999999999"] {
            assert_eq!(Digits::parse(text.as_bytes()).map(|d| d.bytes() == text.as_bytes()), Some(true));
        }
        for place in 0..12 {
            for byte in 0..=u8::MAX {
                let mut text = *b"059059059059";
                text[place] = byte;
                assert_eq!(Digits::parse(&text).is_some(), byte.is_ascii_digit(), "{byte} at {place}");
            }
        }
        for text in ["", "12345678901", "1234567890123"] {
            assert_eq!(Digits::parse(text.as_bytes()), None);
        }
    }

    #[test]
    fn words_hold_them_in_order() {
        let words = [b"1234", b"5678", b"9012"].map(|w| u32::from_le_bytes(*w));
        assert_eq!(Digits::of_words(words).bytes(), b"123456789012");
    }
}
