//! Events: mostly what the pipelines ask for, and often not.

use super::random::Random;

/// An event that is sent.
#[derive(Clone, Debug)]
pub struct Sent {
    /// `s` or `t`
    pub source: &'static str,
    pub data: String,
    pub time: &'static str,
}

const TIMES: [&str; 10] = [
    "2026-01-31T09:30:00Z",
    "2026-07-01T16:59:59.999Z",
    "2026-03-29T12:00:00Z",
    "2026-10-25T23:30:00.5Z",
    "2026-06-30T22:00:00Z",
    "2024-02-29T00:00:00Z",
    "2026-12-31T23:59:59Z",
    "2026-07-15T04:00:00Z",
    "2026-01-15T17:30:15Z",
    "2026-08-01T11:45:00.123456789Z",
];

const NUMBERS: [&str; 22] = [
    "0",
    "1",
    "2",
    "-1",
    "-0",
    "1.0",
    "1.50",
    "10",
    "1e2",
    "1E+2",
    "0.1",
    "2.5",
    "100",
    "9007199254740992",
    "9007199254740993",
    "1234567890123456789",
    "9223372036854775807",
    "-9223372036854775808",
    "123456789012345678901234567890",
    "1e400",
    "1e-7",
    "1.7976931348623157e308",
];

const TEXTS: [&str; 26] = [
    r#""""#,
    r#""a""#,
    r#""b""#,
    r#""a""#,
    r#""open""#,
    r#""A""#,
    r#""1""#,
    r#""1.50""#,
    r#""20""#,
    r#"" 1""#,
    r#""Ärger""#,
    r#""größe İ""#,
    r#""a,b,,c""#,
    r#""\u00a0 x\n""#,
    r#""\"quoted\" \\ \/""#,
    r#""\ud83d\ude00😀""#,
    r#""True""#,
    r#""t""#,
    r#""null""#,
    r#""{\"p\": \"a\", \"n\": 1.0, \"n\": 2}""#,
    r#""[1, {\"b\": 1.50, \"a\": true}]""#,
    r#""YQ==""#,
    r#""w6Q/\n""#,
    r#""Y===""#,
    r#""+.5""#,
    r#""line\nline\u0001""#,
];

const MEMBERS: [&str; 14] =
    ["n", "m", "s", "q", "b", "l", "k", "o", "p", "odd key", "a.b", "0", "Ä\\u0022", "x"];

struct Writer<'r>(&'r mut Random);

/// An event of one of the two sources.
pub fn event(random: &mut Random) -> Sent {
    let time = random.pick(&TIMES);
    let source = random.pick(&["s", "t"]);
    let mut writer = Writer(random);
    let header = match writer.0.below(6) {
        0 => String::new(),
        1 => r#""header": {"X-Kind": [], "X-List": 5}, "#.to_owned(),
        2 => r#""header":{"X-Kind":["b","a"]},"#.to_owned(),
        3 => r#""header":null,"#.to_owned(),
        _ => r#""header":{"X-Kind":["a"],"X-List":["1","b"]},"#.to_owned(),
    };
    let body = match (writer.0.below(12), source) {
        (0, _) => writer.value(2),
        (1 | 2, _) | (_, "s") => writer.untyped(),
        _ => writer.typed(),
    };
    let data = match writer.0.below(30) {
        0 => format!("{{{}}}", header.trim_end_matches([',', ' '])),
        _ => format!("{{{header}\"body\":{body}}}"),
    };
    Sent { source, data, time }
}

impl Writer<'_> {
    fn number(&mut self) -> String {
        let small = &NUMBERS[..12];
        if self.0.once_in(3) { self.0.pick(&NUMBERS).to_owned() } else { self.0.pick(small).to_owned() }
    }

    fn text(&mut self) -> String {
        let plain = &TEXTS[..6];
        if self.0.once_in(2) { self.0.pick(&TEXTS).to_owned() } else { self.0.pick(plain).to_owned() }
    }

    fn truth(&mut self) -> String {
        self.0.pick(&["true", "false"]).to_owned()
    }

    fn list(&mut self, mut item: impl FnMut(&mut Self) -> String) -> String {
        let count = self.0.below(4);
        let items: Vec<String> = (0..count).map(|_| item(self)).collect();
        format!("[{}]", items.join(self.0.pick(&[",", ", ", " ,\n"])))
    }

    fn value(&mut self, depth: usize) -> String {
        match self.0.below(if depth == 0 { 8 } else { 11 }) {
            0 => "null".to_owned(),
            1 => self.truth(),
            2..=4 => self.number(),
            5..=7 => self.text(),
            8 => self.list(|writer| writer.value(depth - 1)),
            _ => {
                let count = self.0.below(4);
                let members: Vec<String> = (0..count)
                    .map(|_| format!("\"{}\": {}", self.0.pick(&MEMBERS), self.value(depth - 1)))
                    .collect();
                format!("{{{}}}", members.join(","))
            }
        }
    }

    /// What is asked for, something else, or nothing.
    fn member(&mut self, key: &str, members: &mut Vec<String>, value: fn(&mut Self) -> String) {
        let value = match self.0.below(10) {
            0 => return,
            1 => "null".to_owned(),
            2 => self.value(2),
            _ => value(self),
        };
        members.push(format!("\"{key}\":{value}"));
    }

    fn untyped(&mut self) -> String {
        let mut members = Vec::new();
        for key in ["n", "m"] {
            self.member(key, &mut members, Self::number);
        }
        for key in ["s", "q", "odd key", "a.b"] {
            self.member(key, &mut members, Self::text);
        }
        self.member("b", &mut members, Self::truth);
        self.member("l", &mut members, |writer| writer.list(Self::text));
        self.member("k", &mut members, |writer| {
            writer.list(|writer| format!("{{\"p\":{}, \"q\":{}}}", writer.text(), writer.number()))
        });
        self.member("o", &mut members, |writer| {
            format!("{{\"p\": {}, \"n\": {}, \"0\": {}}}", writer.text(), writer.number(), writer.value(1))
        });
        if self.0.once_in(4) {
            let again = self.0.pick(&["n", "s", "b"]);
            members.push(format!("\"{again}\":{}", self.value(1)));
        }
        format!("{{{}}}", members.join(","))
    }

    fn typed(&mut self) -> String {
        let text = self.text();
        let null_or_text =
            |writer: &mut Self| if writer.0.once_in(2) { "null".to_owned() } else { writer.text() };
        let z = null_or_text(self);
        let mut members = vec![
            format!("\"n\":{}", self.0.pick(&["0", "1", "2", "-7", "10", "1234567890123456789"])),
            format!("\"s\": {text}"),
            format!("\"z\":{z}"),
            format!("\"b\":{}", self.truth()),
            format!("\"l\":{}", self.list(Self::text)),
            format!(
                "\"k\":{}",
                self.list(|writer| match writer.0.once_in(2) {
                    true => format!("{{\"p\":{}}}", writer.text()),
                    false => format!("{{\"p\":{},\"q\":{}}}", writer.text(), writer.number()),
                })
            ),
            format!("\"r\":{{\"i\":{}, \"j\":{}}}", self.0.below(9), self.text()),
        ];
        if self.0.once_in(2) {
            members.push(format!("\"m\":{}", self.number()));
        }
        if self.0.once_in(2) {
            members.push(format!("\"o\":{}", self.text()));
        }
        if self.0.once_in(2) {
            members.push(format!("\"y\":{}", null_or_text(self)));
        }
        format!("{{{}}}", members.join(","))
    }
}
