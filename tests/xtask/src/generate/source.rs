//! Rust source of the catalogue's types.

use super::schema::{COMMON, Literal, Record, Ty, Types, title};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::{Error, Write};
use std::process::{Command, Stdio};

/// A type as an expression; `String` and the like are imported from the type itself.
pub fn ty(ty: &Ty) -> String {
    match ty {
        Ty::Any => "Any".into(),
        Ty::Null => "Null".into(),
        Ty::Bool => "Bool".into(),
        Ty::Int => "Int".into(),
        Ty::Number => "Number".into(),
        Ty::Text => "String".into(),
        Ty::Base64 => "Base64".into(),
        Ty::Literal(Literal::Text(text)) => format!("text({text:?})"),
        Ty::Literal(Literal::Int(number)) => format!("whole({number})"),
        Ty::Literal(Literal::Bool(value)) => format!("truth({value})"),
        Ty::List(element) => format!("List(&{})", self::ty(element)),
        Ty::Map(value) => format!("Map(&{})", self::ty(value)),
        Ty::Record(name) => format!("Record(&{name})"),
        Ty::Union(members) => {
            format!("Union(&[{}])", members.iter().map(self::ty).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The static of a record of this provider.
pub fn record(provider: &str, name: &str, record: &Record) -> String {
    let title = record.definition.as_deref().map(|definition| title(provider, definition));
    let members: Vec<String> = record
        .members
        .iter()
        .map(|(name, ty, optional)| {
            let function = if *optional { "maybe" } else { "always" };
            format!("{function}({name:?}, {}),\n", self::ty(ty))
        })
        .collect();
    format!(
        "pub(super) static {name}: types::Record = types::Record {{ name: {title:?}, open: {}, members: &[{}] }};\n\n",
        record.open,
        members.concat()
    )
}

/// A type of records alone, as the index writes it.
pub fn qualified(ty: &Ty, types: &Types<'_>) -> Option<String> {
    match ty {
        Ty::Record(name) => Some(format!("Type::Record(&{}::{name})", types.known(name)?.file)),
        Ty::Union(members) => {
            let members: Option<Vec<String>> =
                members.iter().map(|member| qualified(member, types)).collect();
            members.map(|members| format!("Type::Union(&[{}])", members.join(", ")))
        }
        _ => None,
    }
}

/// The imports that a file needs; the records of the common file, in another one.
pub fn imports(body: &str, common: Option<&BTreeSet<&str>>) -> String {
    let words: BTreeSet<&str> = body.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let mut text = String::new();
    if common.is_some_and(|common| words.iter().any(|word| common.contains(word))) {
        let _ = writeln!(text, "use super::{COMMON}::*;");
    }
    let helpers: Vec<&str> = ["always", "maybe", "text", "truth", "whole"]
        .into_iter()
        .filter(|f| body.contains(&format!("{f}(")))
        .collect();
    let _ = writeln!(text, "use super::super::{{{}}};", helpers.join(", "));
    let variants: Vec<&str> =
        ["Any", "Base64", "Bool", "Int", "List", "Map", "Null", "Number", "Record", "String", "Union"]
            .into_iter()
            .filter(|variant| words.contains(variant))
            .collect();
    let own = if body.contains(": Type =") { "self, " } else { "" };
    let _ = writeln!(text, "use crate::types::{{self, Type::{{{own}{}}}}};", variants.join(", "));
    text
}

/// The text as `rustfmt` lays it out.
pub fn formatted(text: &str) -> Result<String, Error> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config-path"])
        .arg(crate::terminal::root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Error::other(format!("rustfmt: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        return Err(Error::other("rustfmt did not understand what was generated"));
    }
    String::from_utf8(output.stdout).map_err(Error::other)
}
