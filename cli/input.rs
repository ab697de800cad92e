//! Reading pipelines and plans.

use crate::args::{DiagnosticFormat, Target};
use crate::output::{coloured, remark};
use crate::trouble::Trouble;
use aev_language::compile::{self, Options, compile_with};
use aev_language::decode::{Undecoded, decode};
use aev_language::diagnostics::{Diagnostic, Format, Sources, render};
use aev_language::files::{self, FileText, Files, Unreadable};
use aev_plan::wire::WireError;
use aev_plan::{Plan, wire};
use std::fs::{self, File};
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The largest file that is read, in bytes. A pipeline is written by people; this is far beyond any.
const LARGEST: u64 = 64 << 20;

/// A pipeline as far as it could be compiled.
pub struct Pipeline {
    /// What was made of it; none when there are errors.
    pub plan: Option<Plan>,
    /// What was found, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
    /// The text, for showing them.
    pub sources: Sources,
}

/// A file, whole.
fn bytes(path: &Path) -> Result<Vec<u8>, Trouble> {
    let read = || -> io::Result<Vec<u8>> {
        let file = File::open(path)?;
        if file.metadata()?.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        whole(file)
    };
    not_too_large(path, read().map_err(|error| Trouble::reading(path, &error))?)
}

/// What standard input is called.
pub const STANDARD_INPUT: &str = "<stdin>";

/// Standard input, whole.
pub fn standard_input() -> Result<Result<String, Undecoded>, Trouble> {
    let bytes = whole(io::stdin().lock())
        .map_err(|error| Trouble::outside(format!("standard input cannot be read: {error}")))?;
    Ok(decode(not_too_large(Path::new(STANDARD_INPUT), bytes)?))
}

fn whole(from: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn not_too_large(path: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, Trouble> {
    if bytes.len() as u64 > LARGEST {
        return Err(Trouble::outside(format!("`{}` is larger than {} MiB", path.display(), LARGEST >> 20))
            .help("check that it is the file you mean; nothing that aev reads is so large"));
    }
    Ok(bytes)
}

/// A text file, whole.
pub fn text(path: &Path) -> Result<String, Trouble> {
    decode(bytes(path)?).map_err(|undecoded| no_text(path, &undecoded))
}

fn no_text(path: &Path, undecoded: &Undecoded) -> Trouble {
    let line = undecoded.line();
    Trouble::outside(format!("`{}` is not UTF-8 text, from line {line} on", path.display()))
        .help("save it as UTF-8")
}

/// A file that may be a pipeline or a plan. A pipeline that is not UTF-8 has a diagnostic, like one that does not parse.
fn either(path: &Path) -> Result<Result<String, Undecoded>, Trouble> {
    match decode(bytes(path)?) {
        Err(undecoded) if is_plan(path, &undecoded.text) => Err(no_text(path, &undecoded)),
        decoded => Ok(decoded),
    }
}

/// How many directories within one another are searched for pipelines.
const DEEPEST: usize = 16;

/// Adds the pipelines in a directory and in those within it.
pub fn pipelines_in(dir: &Path, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    look_into(dir, DEEPEST, found).map_err(|error| Trouble::reading(dir, &error))
}

/// The pipelines that are given: files, and of each directory every `.aev` file; each once and in order.
pub fn pipelines(given: &[PathBuf]) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    for path in given {
        let before = found.len();
        match path.is_dir() {
            true => pipelines_in(path, &mut found)?,
            false => found.push(path.clone()),
        }
        if found.len() == before {
            return Err(Trouble::input(format!("there is no pipeline in `{}`", path.display()))
                .help("a directory is searched for files that end in `.aev`"));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// What begins with a dot is passed over: there Kubernetes keeps the older versions of a mounted ConfigMap, and aev its own
/// files.
fn look_into(dir: &Path, depth: usize, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let path = entry.path();
        if entry.file_type()?.is_dir() {
            if depth > 0 {
                look_into(&path, depth - 1, found)?;
            }
        } else if path.extension().is_some_and(|extension| extension == "aev") {
            found.push(path);
        }
    }
    Ok(())
}

/// JSON text, without the byte order mark that some editors put in front of it.
pub fn json(path: &Path) -> Result<String, Trouble> {
    Ok(without_mark(text(path)?))
}

fn without_mark(text: String) -> String {
    text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)
}

/// Compiles a file that can only be a pipeline.
pub fn pipeline(path: &Path, target: Option<Target>) -> Result<Pipeline, Trouble> {
    Ok(match pipeline_text(path)? {
        Ok(text) => compiled(path, text, target),
        Err(undecoded) => unreadable(path, undecoded),
    })
}

/// The text of a file that can only be a pipeline.
pub fn pipeline_text(path: &Path) -> Result<Result<String, Undecoded>, Trouble> {
    let text = either(path)?;
    if text.as_ref().is_ok_and(|text| is_plan(path, text)) {
        return Err(Trouble::usage(format!("`{}` is JSON and no pipeline", path.display()))
            .help("give the pipeline (`.aev`); plans are for `aev run`, `aev try` and `aev graph`"));
    }
    Ok(text)
}

/// A plan is a JSON object, whatever its file is called; but a pipeline may begin with a brace by mistake.
fn is_plan(path: &Path, text: &str) -> bool {
    let is = |wanted: &str| path.extension().is_some_and(|extension| extension == wanted);
    is("json") || (!is("aev") && text.trim_start_matches('\u{feff}').trim_start().starts_with('{'))
}

/// A pipeline that is not UTF-8.
fn unreadable(path: &Path, undecoded: Undecoded) -> Pipeline {
    let mut sources = Sources::default();
    let diagnostic = undecoded.diagnostic(0);
    sources.add(path.display().to_string(), undecoded.text);
    Pipeline { plan: None, diagnostics: vec![diagnostic], sources }
}

fn compiled(path: &Path, text: String, target: Option<Target>) -> Pipeline {
    let name = path.display().to_string();
    let target = target.map(|target| match target {
        Target::Argo => compile::Target::Argo,
        Target::Plan => compile::Target::Plan,
    });
    let compiled = compile_with(&name, &text, &Options { target }, &Beside(path));
    let mut sources = Sources::default();
    sources.add(name, text);
    compiled.files.into_iter().for_each(|file| _ = sources.add(file.name, file.text));
    Pipeline { plan: compiled.plan, diagnostics: compiled.diagnostics, sources }
}

/// The files that a pipeline names: beside its own.
#[derive(Clone, Copy)]
pub struct Beside<'p>(pub &'p Path);

impl Files for Beside<'_> {
    fn read(&self, path: &str) -> Result<FileText, Unreadable> {
        let path = self.0.parent().unwrap_or(Path::new("")).join(path);
        let read = || -> io::Result<Vec<u8>> {
            let file = File::open(&path)?;
            if file.metadata()?.is_dir() {
                return Err(io::ErrorKind::IsADirectory.into());
            }
            let mut bytes = Vec::new();
            file.take(files::LARGEST as u64 + 1).read_to_end(&mut bytes)?;
            Ok(bytes)
        };
        let bytes = read().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => Unreadable::Missing,
            io::ErrorKind::IsADirectory => Unreadable::Directory,
            io::ErrorKind::PermissionDenied => Unreadable::Other("it may not be read".to_owned()),
            _ => Unreadable::Other(error.to_string()),
        })?;
        if bytes.len() > files::LARGEST {
            return Err(Unreadable::TooLarge);
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
            Unreadable::NotText(1 + before.filter(|byte| **byte == b'\n').count())
        })?;
        Ok(FileText { name: path.display().to_string(), text })
    }
}

/// Compiles a pipeline, or reads a plan, that is to be used; what is wrong with it goes to standard error.
///
/// `Err` in the result is the exit code when it has errors.
pub fn plan(
    path: &Path,
    target: Option<Target>,
    format: DiagnosticFormat,
) -> Result<Result<Plan, ExitCode>, Trouble> {
    let pipeline = match either(path)? {
        Ok(text) if is_plan(path, &text) => {
            return wire::from_json(&without_mark(text)).map(Ok).map_err(|error| unread(path, &error));
        }
        Ok(text) => compiled(path, text, target),
        Err(undecoded) => unreadable(path, undecoded),
    };
    remark(&show(&pipeline.diagnostics, &pipeline.sources, format, &io::stderr()));
    Ok(pipeline.plan.ok_or(ExitCode::FAILURE))
}

/// A plan that this version does not read.
fn unread(path: &Path, error: &WireError) -> Trouble {
    let trouble = Trouble::input(format!("`{}`: {error}", path.display()));
    match error {
        WireError::Invalid(_) => {
            trouble.help("give a pipeline (`.aev`), or a plan that `aev build --target plan` wrote")
        }
        WireError::Version(_) | WireError::NewerMajor { .. } | WireError::NewerMinor { .. } => {
            trouble.code("AEV0601").help(
                "or make it anew from its pipeline with `aev build --target plan`; see `aev explain AEV0601`",
            )
        }
    }
}

/// How many diagnostics are drawn for people; nobody reads more at once.
const MOST: usize = 100;

/// Diagnostics as a stream is to show them.
pub fn show(
    diagnostics: &[Diagnostic],
    sources: &Sources,
    format: DiagnosticFormat,
    stream: &impl IsTerminal,
) -> String {
    let format = match format {
        DiagnosticFormat::Human => Format::Human { colour: coloured(stream) },
        DiagnosticFormat::Short => Format::Short,
        DiagnosticFormat::Json => Format::Json,
    };
    let most = match format {
        Format::Human { .. } => MOST,
        Format::Short | Format::Json => usize::MAX,
    };
    let mut shown: String =
        diagnostics.iter().take(most).map(|diagnostic| render(diagnostic, sources, format)).collect();
    if let Some(more @ 1..) = diagnostics.len().checked_sub(most) {
        shown.push_str(&format!("and {more} more; `aev check --format short` shows all of them\n"));
    }
    shown
}
