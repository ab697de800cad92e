//! The command line.

mod reach;

pub use reach::{Dead, DeadVerb, Events, Letters, Reach, Reload, Replay, Status, Why};

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use std::path::PathBuf;

/// Events on Kubernetes, in a small typed language: check it, try it, build Argo Events manifests of it, or run it here.
#[derive(Debug, Parser)]
#[command(
    name = "aev",
    version,
    disable_help_subcommand = true,
    max_term_width = 100,
    after_help = "Exit codes:\n  0  done\n  1  the pipeline, a plan or an event has errors\n  2  the command line is wrong\n  \
                  3  something outside went wrong: a file, a port, a disk, a secret, a process that does not run\n  130  stopped by a second Ctrl-C"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Check pipelines and say what is wrong with them
    Check(Check),
    /// Make the corrections that have one right answer
    Fix(Fix),
    /// Lay pipelines out in the one way there is
    Fmt(Fmt),
    /// Show the page of a diagnostic's code, or list all codes
    Explain(Explain),
    /// Say what can be written: kinds, fields, options, functions
    Docs(Docs),
    /// Compile a pipeline to Argo Events manifests or to a plan
    Build(Build),
    /// Draw a pipeline as a graph
    Graph(Graph),
    /// Decide events without bus, network or clock, and show why
    Try(Try),
    /// Run a pipeline on this machine
    Run(Run),
    /// Say what became of an event that a running process has seen
    Why(Why),
    /// List what a running process has seen and done
    Events(Events),
    /// List, show, try again or drop what failed for good
    Dead(Dead),
    /// Send past events through running triggers again
    Replay(Replay),
    /// Say how a running process is
    Status(Status),
    /// Have a running process read its files again
    Reload(Reload),
    /// Write a first pipeline and a test payload
    Init(Init),
    /// Print the version
    Version(Version),
    /// Print a completion script for a shell
    Completions(Completions),
}

/// How diagnostics are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DiagnosticFormat {
    /// With the source and carets under it
    Human,
    /// One line each, such as `orders.aev:3:14: error: …` with the code behind the severity
    Short,
    /// One JSON object a line
    Json,
}

/// For people or for programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum OutputFormat {
    /// For people
    Human,
    /// One JSON object a line
    Json,
}

impl From<OutputFormat> for DiagnosticFormat {
    fn from(format: OutputFormat) -> DiagnosticFormat {
        match format {
            OutputFormat::Human => DiagnosticFormat::Human,
            OutputFormat::Json => DiagnosticFormat::Json,
        }
    }
}

/// What a pipeline is compiled for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// Manifests of Argo Events 1.9
    Argo,
    /// What the aev runtime executes, as versioned JSON
    Plan,
}

/// `aev check`
#[derive(Debug, Args)]
pub struct Check {
    /// Pipelines to check; of a directory, every `.aev` file in it and below
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Also refuse what this target cannot do; without it that is a note
    #[arg(long)]
    pub target: Option<Target>,
    /// How diagnostics are shown
    #[arg(long, default_value = "human")]
    pub format: DiagnosticFormat,
}

/// `aev fix`
#[derive(Debug, Args)]
#[command(
    after_help = "No correction brings an error that was not there, and no comment is lost.\nWhat is left is shown on \
                        standard error; the exit code is 1 while there are errors."
)]
pub struct Fix {
    /// Pipelines to correct; of a directory, every `.aev` file in it
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Only what has this code, such as AEV0101
    #[arg(long, value_name = "CODE")]
    pub code: Option<String>,
    /// Show what would change, as `diff -u` does, and write nothing
    #[arg(long, conflicts_with = "format")]
    pub diff: bool,
    /// Write nothing, and exit with 1 when there is something to correct
    #[arg(long)]
    pub check: bool,
    /// How corrections, and on standard error diagnostics, are shown
    #[arg(long, default_value = "human")]
    pub format: DiagnosticFormat,
}

/// `aev fmt`
#[derive(Debug, Args)]
#[command(
    after_help = "Standard output names the files that were changed. With --check it names those that would be, with --diff \
                        it shows how, and with `-` it has the result. A file with syntax errors is not touched."
)]
pub struct Fmt {
    /// Pipelines to rewrite in place; of a directory, every `.aev` file in it and below. `-` alone reads standard input and
    /// writes the result to standard output
    #[arg(required = true, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub files: Vec<PathBuf>,
    /// Write nothing; exit with 1 when a file would be changed
    #[arg(long)]
    pub check: bool,
    /// Write nothing; show what would be changed as a unified diff
    #[arg(long)]
    pub diff: bool,
    /// How diagnostics are shown, on standard error; with `json` each file has an object on standard output, too
    #[arg(long, default_value = "human")]
    pub format: DiagnosticFormat,
}

/// `aev explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// A code such as AEV0101; without one, all codes are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `aev docs`
#[derive(Debug, Args)]
#[command(
    after_help = "Where one name has several pages, such as `kafka`, the word before it chooses: source, action, bus, from, \
                        option, function, object, value or type, as in `aev docs source kafka`."
)]
pub struct Docs {
    /// A kind of source, action or bus, an option, a function, a place behind `from`, an object, a type of a field, a type
    /// of events (`k8s.Pod`) or whose types they are (`k8s`); without one, all but the single types are listed
    #[arg(value_name = "NAME", num_args = 0..=2)]
    pub words: Vec<String>,
    /// Only the smallest text that is complete
    #[arg(long, requires = "words", conflicts_with = "format")]
    pub snippet: bool,
    /// For people or for programs
    #[arg(long, default_value = "human")]
    pub format: OutputFormat,
}

/// `aev build`
#[derive(Debug, Args)]
pub struct Build {
    /// The pipeline
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// What to compile it for
    #[arg(long, default_value = "argo")]
    pub target: Target,
    /// Write here instead of to standard output; the file is replaced whole or not at all
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// How diagnostics are shown, on standard error
    #[arg(long, default_value = "human")]
    pub format: DiagnosticFormat,
}

/// `aev graph`
#[derive(Debug, Args)]
pub struct Graph {
    /// The pipeline, or a plan that `aev build --target plan` wrote
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// The language of the drawing
    #[arg(long = "as", default_value = "mermaid")]
    pub form: GraphForm,
}

/// Languages that draw graphs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GraphForm {
    /// A Mermaid flowchart, as Markdown viewers draw it
    Mermaid,
    /// A Graphviz digraph
    Dot,
}

/// `aev try`
#[derive(Debug, Args)]
#[command(after_help = "Without --send, events are read from standard input, one JSON object a line:\n  \
                        {\"event\": \"SOURCE or SOURCE.EVENT\", \"data\": …}\nThe data holds the event's roots, such as \
                        {\"headers\": {…}, \"body\": {…}}.\nA file for --send may also be the body alone.")]
pub struct Try {
    /// The pipeline, or a plan that `aev build --target plan` wrote
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub file: PathBuf,
    /// Decide the data in a file as this event; may be given several times
    #[arg(long, value_name = "EVENT=PAYLOAD.json")]
    pub send: Vec<String>,
    /// For people or for programs; diagnostics on standard error follow it
    #[arg(long, default_value = "human")]
    pub format: OutputFormat,
}

/// `aev run`
#[derive(Debug, Args)]
pub struct Run {
    /// The pipelines, or plans that `aev build --target plan` wrote; of a directory, every `.aev` file in it. A file that
    /// changes is taken up while everything runs
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath, required = true)]
    pub files: Vec<PathBuf>,
    /// Use this bus instead of the pipelines'; embedded:.aev/bus when neither says. An embedded bus with ?max-bytes=N behind
    /// DIR holds so many bytes of unfinished events, 1 GiB unless said. Others are jetstream://HOST:PORT and, at most once,
    /// nats://HOST:PORT, with ?auth=NAME/KEY&tls&ca=NAME/KEY&cert=NAME/KEY&key=NAME/KEY, each a secret
    #[arg(long, value_name = "BUS")]
    pub bus: Option<String>,
    /// Listen on this address; 127.0.0.1 unless said
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// Listen on another port than the pipeline says; 0 takes a free one. May be given several times
    #[arg(long, value_name = "PORT=PORT")]
    pub port: Vec<String>,
    /// Where secrets are: DIR/NAME/KEY, as Kubernetes mounts them
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub secrets: Option<PathBuf>,
    /// Where finished Kubernetes objects are kept; .aev/objects unless said
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub objects: Option<PathBuf>,
    /// Connect to ADDRESS:PORT when an action calls HOST:PORT. May be given several times
    #[arg(long, value_name = "HOST:PORT=ADDRESS:PORT")]
    pub connect: Vec<String>,
    /// Keep records of what became of each event here; .aev/records unless said. With ?max-bytes=N behind DIR so many bytes
    /// of them, 64 MiB unless said; `none` keeps none
    #[arg(long, value_name = "DIR")]
    pub records: Option<String>,
    /// Answer `aev why` and the like on this socket; .aev/control.sock unless said. HOST:PORT needs --control-token; `none`
    /// answers nowhere
    #[arg(long, value_name = "PATH")]
    pub control: Option<String>,
    /// Serve /metrics for Prometheus, /healthz and /readyz here, such as 127.0.0.1:9090; with ?argo behind it under Argo's
    /// names as well. Nowhere unless said
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub metrics: Option<String>,
    /// Send traces to this OpenTelemetry collector, such as http://127.0.0.1:4318; nowhere unless said, and `none` says so.
    /// The variables OTEL_EXPORTER_OTLP_ENDPOINT and _HEADERS, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and
    /// OTEL_TRACES_SAMPLER count, too
    #[arg(long, value_name = "URL")]
    pub otlp: Option<String>,
    /// The file with the token that clients of a control port must have
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub control_token: Option<PathBuf>,
    /// Read settings from a file of AEV_NAME=VALUE lines, such as AEV_BIND=0.0.0.0. The same names count in the
    /// environment, which wins over the file
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub env: Option<PathBuf>,
    /// Log levels, such as `info` or `aev_bus=debug,info`; `warn` unless said
    #[arg(long, value_name = "LEVELS")]
    pub log: Option<String>,
    /// Print what is in force and where each value comes from, and do not run
    #[arg(long)]
    pub show_config: bool,
    /// For people or for programs; people on a terminal, programs in a pipe unless said. In a pipe decisions, and with
    /// them what was sent, are shown only when it is said; see `aev why`. Diagnostics on standard error follow it when it
    /// is said
    #[arg(long)]
    pub format: Option<OutputFormat>,
}

/// `aev init`
#[derive(Debug, Args)]
pub struct Init {
    /// A payload that the events look like
    #[arg(long, value_name = "PAYLOAD.json", value_hint = ValueHint::FilePath)]
    pub from: PathBuf,
    /// Where to write; made if it is not there
    #[arg(value_name = "DIR", default_value = ".", value_hint = ValueHint::DirPath)]
    pub dir: PathBuf,
    /// Name of the pipeline; the payload's file name unless said
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
}

/// `aev version`
#[derive(Debug, Args)]
pub struct Version {
    /// As JSON, with the versions of plans and of Argo Events
    #[arg(long)]
    pub json: bool,
}

/// `aev completions`
#[derive(Debug, Args)]
pub struct Completions {
    /// The shell
    pub shell: clap_complete::Shell,
}
