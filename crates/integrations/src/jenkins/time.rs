//! Lengths of time in words.

const SECOND: u64 = 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

const UNITS: [(u64, &str); 4] = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];

/// Says a number of milliseconds in its two largest units: `3 min 12 s`.
pub(super) fn words(milliseconds: u64) -> String {
    let Some(first) = UNITS.iter().position(|(size, _)| milliseconds >= *size) else {
        return format!("{milliseconds} ms");
    };
    let (size, name) = UNITS[first];
    let large = format!("{} {name}", milliseconds / size);
    match UNITS.get(first + 1) {
        Some((size_below, below)) if milliseconds % size >= *size_below => {
            format!("{large} {} {below}", milliseconds % size / size_below)
        }
        _ => large,
    }
}

/// Says it in one unit, rounded: `2 h`.
pub(super) fn coarse(milliseconds: u64) -> String {
    // 23.7 hours are better said as a day than as 24 hours.
    let fits = |(size, _): &&(u64, &str)| milliseconds + size / 4 >= *size;
    let (size, name) = UNITS.iter().find(fits).unwrap_or(&UNITS[3]);
    format!("{} {name}", ((milliseconds + size / 2) / size).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_said_in_two_units() {
        for (length, said) in [
            (0, "0 ms"),
            (999, "999 ms"),
            (1000, "1 s"),
            (192_500, "3 min 12 s"),
            (MINUTE, "1 min"),
            (HOUR + 59 * SECOND, "1 h"),
            (49 * HOUR, "2 d 1 h"),
        ] {
            assert_eq!(words(length), said);
        }
    }

    #[test]
    fn a_long_one_is_rounded() {
        for (length, said) in [
            (10, "1 s"),
            (44 * SECOND, "44 s"),
            (50 * SECOND, "1 min"),
            (2 * HOUR + 10 * MINUTE, "2 h"),
            (2 * HOUR + 40 * MINUTE, "3 h"),
            (23 * HOUR + 50 * MINUTE, "1 d"),
            (36 * HOUR, "2 d"),
        ] {
            assert_eq!(coarse(length), said, "{length}");
        }
    }
}
