//! Values, read from JSON and written as it, so that every digit stays.

use std::fmt;

/// A JSON value. Members keep their order, and of equal keys the first counts.
#[derive(Clone, Debug)]
pub enum Value {
    Null,
    Bool(bool),
    /// As it was written.
    Number(String),
    Text(String),
    List(Vec<Value>, Arrived),
    Object(Vec<(String, Value)>, Arrived),
}

/// The text of a list or an object of an event; of one that was put together there is none.
pub type Arrived = Option<String>;

impl Value {
    pub fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    pub fn list(items: Vec<Value>) -> Value {
        Value::List(items, None)
    }

    pub fn object(members: Vec<(String, Value)>) -> Value {
        Value::Object(members, None)
    }

    /// Reads JSON.
    pub fn read(text: &str) -> Option<Value> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.blank();
        (reader.at == text.len()).then_some(value)
    }

    pub fn member(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Object(members, _) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// One step of a path: a member of an object or an element of a list, whichever it is. Below nought it counts from the
    /// end of a list.
    pub fn step(&self, step: &str) -> Option<&Value> {
        let Value::List(items, _) = self else { return self.member(step).filter(|_| !step.starts_with('-')) };
        match step.strip_prefix('-') {
            Some(back) => items.len().checked_sub(back.parse().ok()?).and_then(|at| items.get(at)),
            None => items.get(step.parse::<usize>().ok()?),
        }
    }

    /// Without what is only known of a value that arrived.
    pub fn worked_out(self) -> Value {
        match self {
            Value::List(items, _) => Value::list(items.into_iter().map(Value::worked_out).collect()),
            Value::Object(members, _) => {
                Value::object(members.into_iter().map(|(key, value)| (key, value.worked_out())).collect())
            }
            scalar => scalar,
        }
    }

    /// Members of all objects in the order of their keys.
    pub fn sorted(&self) -> Value {
        match self {
            Value::List(items, _) => Value::list(items.iter().map(Value::sorted).collect()),
            Value::Object(members, _) => {
                let mut members: Vec<_> =
                    members.iter().map(|(key, value)| (key.clone(), value.sorted())).collect();
                members.sort_by(|(a, _), (b, _)| a.as_bytes().cmp(b.as_bytes()));
                Value::object(members)
            }
            scalar => scalar.clone(),
        }
    }
}

/// Compact JSON.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => f.write_str("null"),
            Value::Bool(value) => write!(f, "{value}"),
            Value::Number(digits) => f.write_str(digits),
            Value::Text(text) => quoted(text, f),
            Value::List(items, _) => {
                f.write_str("[")?;
                for (index, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if index == 0 { "" } else { "," })?;
                }
                f.write_str("]")
            }
            Value::Object(members, _) => {
                f.write_str("{")?;
                for (index, (key, value)) in members.iter().enumerate() {
                    f.write_str(if index == 0 { "" } else { "," })?;
                    quoted(key, f)?;
                    write!(f, ":{value}")?;
                }
                f.write_str("}")
            }
        }
    }
}

fn quoted(text: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    f.write_str("\"")?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '\u{8}' => f.write_str("\\b")?,
            '\u{c}' => f.write_str("\\f")?,
            control if control < ' ' => write!(f, "\\u{:04x}", u32::from(control))?,
            other => write!(f, "{other}")?,
        }
    }
    f.write_str("\"")
}

/// How many lists and objects may lie in each other.
const DEEPEST: usize = 256;

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn eat(&mut self, wanted: &str) -> Option<()> {
        self.blank();
        self.rest().starts_with(wanted).then(|| self.at += wanted.len())
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        self.blank();
        let start = self.at;
        match self.rest().bytes().next()? {
            b'n' => self.eat("null").map(|()| Value::Null),
            b't' => self.eat("true").map(|()| Value::Bool(true)),
            b'f' => self.eat("false").map(|()| Value::Bool(false)),
            b'"' => self.string().map(Value::Text),
            b'[' if depth < DEEPEST => {
                self.eat("[")?;
                let mut items = Vec::new();
                while self.eat("]").is_none() {
                    if !items.is_empty() {
                        self.eat(",")?;
                    }
                    items.push(self.value(depth + 1)?);
                }
                Some(Value::List(items, Some(self.text[start..self.at].to_owned())))
            }
            b'{' if depth < DEEPEST => {
                self.eat("{")?;
                let mut members: Vec<(String, Value)> = Vec::new();
                let mut first = true;
                while self.eat("}").is_none() {
                    if !std::mem::take(&mut first) {
                        self.eat(",")?;
                    }
                    self.blank();
                    let key = self.string()?;
                    self.eat(":")?;
                    let value = self.value(depth + 1)?;
                    if !members.iter().any(|(known, _)| *known == key) {
                        members.push((key, value));
                    }
                }
                Some(Value::Object(members, Some(self.text[start..self.at].to_owned())))
            }
            _ => {
                let length = number(self.rest())?;
                self.at += length;
                Some(Value::Number(self.text[start..self.at].to_owned()))
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let mut letters = self.rest().char_indices();
        letters.next().filter(|(_, quote)| *quote == '"')?;
        let mut text = String::new();
        while let Some((at, letter)) = letters.next() {
            match letter {
                '"' => {
                    self.at += at + 1;
                    return Some(text);
                }
                '\\' => text.push(match letters.next()?.1 {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    'b' => '\u{8}',
                    'f' => '\u{c}',
                    same @ ('"' | '\\' | '/') => same,
                    'u' => {
                        let unit = |digits: &str| u16::from_str_radix(digits, 16).ok();
                        let mut hex =
                            || unit(&letters.by_ref().take(4).map(|(_, digit)| digit).collect::<String>());
                        let high = hex()?;
                        let mut units = vec![high];
                        if (0xd800..0xdc00).contains(&high) {
                            letters.next().filter(|(_, sign)| *sign == '\\')?;
                            letters.next().filter(|(_, sign)| *sign == 'u')?;
                            let mut hex = || {
                                unit(&letters.by_ref().take(4).map(|(_, digit)| digit).collect::<String>())
                            };
                            units.push(hex()?);
                        }
                        String::from_utf16(&units).ok()?.chars().next()?
                    }
                    _ => return None,
                }),
                control if control < ' ' => return None,
                other => text.push(other),
            }
        }
        None
    }
}

/// How long the number is that a text begins with.
fn number(text: &str) -> Option<usize> {
    let digits = |from: usize| text[from..].bytes().take_while(u8::is_ascii_digit).count();
    let mut at = usize::from(text.starts_with('-'));
    let whole = digits(at);
    if whole == 0 || (whole > 1 && text[at..].starts_with('0')) {
        return None;
    }
    at += whole;
    if text[at..].starts_with('.') {
        let fraction = digits(at + 1);
        at += 1 + (fraction > 0).then_some(fraction)?;
    }
    if text[at..].starts_with(['e', 'E']) {
        let sign = usize::from(text[at + 1..].starts_with(['+', '-']));
        let exponent = digits(at + 1 + sign);
        at += 1 + sign + (exponent > 0).then_some(exponent)?;
    }
    Some(at)
}
