//! Load on aev, on Argo Events and on a bare pipe, one after the other on one NATS server, so that their figures can be
//! compared: `cargo xtask load [--seconds N] [--json] [--only argo,aev,bare,many]`. Everything is on loopback.
//!
//! - [`scene`]: the server, the target, the pipeline; [`candidate`]: who is measured; [`pipe`]: the bare pipe
//! - [`generator`], [`target`], [`ledger`], [`http`]: what is sent and what arrives
//! - [`measures`], [`many`], [`process`]: what is measured
//! - [`report`]: how the figures are to one another, and how they are shown

mod candidate;
mod generator;
mod http;
mod ledger;
mod many;
mod measures;
mod pipe;
mod process;
mod report;
mod scene;
mod target;

use candidate::Kind;
use scene::Scene;
use serde_json::{Map, Value, json};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Whatever goes wrong ends the program with a message.
type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Each load lasts so many seconds, unless said.
const SECONDS: u64 = 5;
/// And no more than this.
const MOST: u64 = 60;
/// What can be measured.
const NAMES: [&str; 4] = ["argo", "bare", "aev", "many"];

const USAGE: &str = "\
Usage: cargo xtask load [--seconds N] [--json] [--only argo,aev,bare,many]

  --seconds N  each load lasts so long: 5 unless said, 60 at most
  --json       print the figures as one JSON object instead of tables
  --only …     measure these alone; aev is compared with what else is measured
";

struct Arguments {
    lasts: Duration,
    json: bool,
    only: Vec<String>,
}

impl Arguments {
    fn read(words: &[String]) -> Result<Arguments, Failure> {
        let only = NAMES.map(str::to_owned).to_vec();
        let mut arguments = Arguments { lasts: Duration::from_secs(SECONDS), json: false, only };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or_else(|| format!("`{word}` needs a value\n\n{USAGE}"));
            match word.as_str() {
                "--json" => arguments.json = true,
                "--seconds" => {
                    let seconds: u64 =
                        value()?.parse().map_err(|_| format!("`--seconds` takes a number\n\n{USAGE}"))?;
                    arguments.lasts = Duration::from_secs(seconds.clamp(1, MOST));
                }
                "--only" => arguments.only = value()?.split(',').map(str::to_owned).collect(),
                _ => return Err(format!("unknown word: {word}\n\n{USAGE}").into()),
            }
        }
        match arguments.only.iter().find(|name| !NAMES.contains(&name.as_str())) {
            Some(name) => Err(format!("`{name}` cannot be measured\n\n{USAGE}").into()),
            None => Ok(arguments),
        }
    }

    fn wants(&self, name: &str) -> bool {
        self.only.iter().any(|wanted| wanted == name)
    }
}

fn say(text: &str) {
    // A closed pipe is the reader's choice.
    let _ = writeln!(std::io::stderr(), "{text}");
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Runtime::new().map_err(Failure::from);
    match runtime.and_then(|runtime| runtime.block_on(run(&words))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

async fn run(words: &[String]) -> Result<(), Failure> {
    // As the candidate that this program is itself.
    if let [first, port, url, ca, target] = words
        && first == "pipe"
    {
        let (port, target) = (port.parse()?, target.parse()?);
        return pipe::Pipe { port, url: url.clone(), ca: ca.into(), target }.run().await;
    }
    let arguments = Arguments::read(words)?;
    let figures = measure(&arguments).await?;
    let mut out = std::io::stdout().lock();
    match arguments.json {
        true => writeln!(out, "{figures:#}")?,
        false => write!(out, "{}", report::tables(&figures))?,
    }
    Ok(())
}

/// Beside this program: `cargo xtask load` builds both.
fn aev() -> Result<PathBuf, Failure> {
    let path = std::env::current_exe()?.with_file_name("aev");
    match path.is_file() {
        true => Ok(path),
        false => Err(format!("there is no `{}`; `cargo xtask load` builds it", path.display()).into()),
    }
}

async fn measure(arguments: &Arguments) -> Result<Value, Failure> {
    if aev_servers::program::missing("load") {
        return Err("without a server nothing can be measured".into());
    }
    let aev = aev()?;
    let scene = Scene::new().await?;
    let mut figures = Map::new();
    figures.insert("machine".to_owned(), machine(arguments.lasts)?);
    for name in ["argo", "bare", "aev"].into_iter().filter(|name| arguments.wants(name)) {
        let (kind, program) = match name {
            "argo" => match aev_oracle::program("load: Argo Events") {
                Some(program) => (Kind::Argo { at_least_once: false }, program),
                None => continue,
            },
            "bare" => (Kind::Bare, aev.clone()),
            _ => (Kind::Aev, aev.clone()),
        };
        say(&format!("measuring {name}"));
        figures.insert(name.to_owned(), measures::all(kind, &scene, &program, arguments.lasts).await?);
    }
    if arguments.wants("many") {
        say("measuring many pipelines in one process");
        figures.insert("many".to_owned(), many::all(&scene, &aev, arguments.lasts).await?);
    }
    let mut figures = Value::Object(figures);
    let ratios = report::ratios(&figures);
    if let Value::Object(members) = &mut figures {
        members.insert("ratios".to_owned(), ratios);
    }
    Ok(figures)
}

/// What the figures were made on.
fn machine(lasts: Duration) -> Result<Value, Failure> {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    Ok(json!({
        "processor": model.trim_start_matches(['\t', ' ', ':']),
        "processors": std::thread::available_parallelism()?.get(),
        "secondsOfEachLoad": lasts.as_secs(),
        "unixTime": SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    }))
}
