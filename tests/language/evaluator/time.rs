//! Times: civil days, the clocks of a few zones, and layouts.

/// A moment as the numbers in `2026-01-31T09:30:00.123456789Z`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moment {
    /// Seconds since 1970.
    pub seconds: i64,
    pub nanos: u32,
}

impl Moment {
    pub fn read(text: &str) -> Option<Moment> {
        let number = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
        let days = days(number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let clock = number(11, 13)? * 3600 + number(14, 16)? * 60 + number(17, 19)?;
        let fraction = text.get(19..)?.trim_start_matches('.').strip_suffix('Z')?;
        let nanos = format!("{fraction:0<9}").parse().ok()?;
        Some(Moment { seconds: days * 86_400 + clock, nanos })
    }

    /// `2026-01-31T09:30:00Z`: what an event shows of its time.
    pub fn shown(self) -> String {
        let (year, month, day) = date(self.seconds.div_euclid(86_400));
        let clock = self.seconds.rem_euclid(86_400);
        format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", clock / 3600, clock / 60 % 60, clock % 60)
    }

    /// Whether it lies between two times of its day; the ends are given in seconds.
    pub fn between(self, from: i64, to: i64, zone: &str) -> bool {
        let today = (self.seconds + offset(self.seconds, zone)).div_euclid(86_400);
        let at = |clock: i64| {
            let local = today * 86_400 + clock;
            local - offset(local - offset(local, zone), zone)
        };
        let (from, to) = (at(from), at(to));
        // The second end is no part of it, and a fraction is behind its second.
        let (after, before) = (self.seconds >= from, self.seconds < to);
        if from < to { after && before } else { after || before }
    }
}

/// Days from 1970 to a day, by counting leap years.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let before = |year: i64| 365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    let months = [31, 28 + i64::from(is_leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    before(year - 1) - before(1969) + months.iter().take(month as usize - 1).sum::<i64>() + day - 1
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && year % 100 != 0 || year % 400 == 0
}

fn date(day: i64) -> (i64, i64, i64) {
    let year = (1970 + day / 366 - 1..).take_while(|year| days(*year, 1, 1) <= day).last().unwrap();
    let month = (1..=12).take_while(|month| days(year, *month, 1) <= day).last().unwrap();
    (year, month, day - days(year, month, 1) + 1)
}

/// How far the clocks of a zone are ahead of UTC, in seconds. Europe puts them forward from the last Sunday of March to that
/// of October, at 01:00 UTC.
fn offset(seconds: i64, zone: &str) -> i64 {
    let summer = || {
        let (year, ..) = date(seconds.div_euclid(86_400));
        let last_sunday = |month: i64| {
            let last = days(year, month, 31);
            // 1970 began on a Thursday.
            (last - (last + 4).rem_euclid(7)) * 86_400 + 3600
        };
        i64::from((last_sunday(3)..last_sunday(10)).contains(&seconds))
    };
    match zone {
        "Europe/London" => 3600 * summer(),
        "Europe/Berlin" => 3600 + 3600 * summer(),
        "Asia/Kolkata" => 19_800,
        "America/Phoenix" => -25_200,
        _ => 0,
    }
}

/// Seconds since midnight of `09:00` or `17:30:15`.
pub fn clock(text: &str) -> i64 {
    let parts: Vec<i64> = text.split(':').map(|part| part.parse().unwrap()).collect();
    parts[0] * 3600 + parts[1] * 60 + parts.get(2).unwrap_or(&0)
}

/// A time in a layout of Go.
pub fn in_layout(time: &str, layout: &str) -> Option<String> {
    let moment = Moment::read(time)?;
    let shown = moment.shown();
    let nanos = format!("{:09}", moment.nanos);
    let (mut written, mut rest) = (String::new(), layout);
    while let Some(letter) = rest.chars().next() {
        let fields = [
            ("2006", &shown[0..4]),
            ("01", &shown[5..7]),
            ("02", &shown[8..10]),
            ("15", &shown[11..13]),
            ("04", &shown[14..16]),
            ("05", &shown[17..19]),
            ("Z07:00", "Z"),
            ("-07:00", "+00:00"),
        ];
        let zeros = rest[letter.len_utf8()..].bytes().take_while(|byte| *byte == b'0').count();
        if let Some((part, value)) = fields.iter().find(|(part, _)| rest.starts_with(part)) {
            written += value;
            rest = &rest[part.len()..];
        } else if letter == '.' && zeros > 0 && !rest[1 + zeros..].starts_with(|c: char| c.is_ascii_digit()) {
            written.push('.');
            written += nanos.get(..zeros)?;
            rest = &rest[1 + zeros..];
        } else {
            written.push(letter);
            rest = &rest[letter.len_utf8()..];
        }
    }
    Some(written)
}

#[test]
fn days_and_clocks() {
    for text in ["1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "2026-12-31T09:30:00Z"] {
        assert_eq!(Moment::read(text).unwrap().shown(), text);
    }
    let summer = Moment::read("2026-07-01T07:30:00Z").unwrap();
    assert!(summer.between(clock("09:00"), clock("17:00"), "Europe/Berlin"));
    assert!(!summer.between(clock("09:00"), clock("17:00"), "Europe/London"));
}
