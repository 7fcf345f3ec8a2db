//! Writes journals of runs that never were, for the tests of the HTML report in a browser: `journals FOLDER`.
//!
//! Each is a folder with a `journal.jsonl`, as `proviso report` takes it.

mod fixture;
mod large;
mod nasty;
mod night;

use proviso::event::Event;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().expect("name the folder to write to");
    let folder = Path::new(&folder);
    if let Some(cases) = arguments.next().and_then(|cases| cases.to_str()?.parse().ok()) {
        return write(folder, "large", &large::run(cases));
    }
    let night = night::run();
    write(folder, "injection", &nasty::everywhere(&night))?;
    // The run that was killed ends within a step.
    write(folder, "killed", &night[..night.len() - 9])?;
    write(folder, "night", &night)?;
    write(folder, "passed", &large::run(6))?;
    write(folder, "large", &large::run(2_500))
}

fn write(folder: &Path, name: &str, events: &[Event]) -> std::io::Result<()> {
    let folder = folder.join(name);
    std::fs::create_dir_all(&folder)?;
    let mut file = BufWriter::new(File::create(folder.join("journal.jsonl"))?);
    for event in events {
        serde_json::to_writer(&mut file, event)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}
