//! What comes with the program: documentation, editors, files for CI systems. Each is read by a parser, and what the
//! documentation shows is run.

use crate::cli::place::{Place, repository};
use serde_yaml::Value;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn read(path: &str) -> String {
    std::fs::read_to_string(repository().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Every YAML document of a file.
fn yaml(path: &str) -> Vec<Value> {
    let text = read(path);
    let documents: Vec<&str> = text.split("\n---\n").collect();
    documents
        .iter()
        .map(|document| serde_yaml::from_str(document).unwrap_or_else(|error| panic!("{path}: {error}")))
        .collect()
}

#[test]
fn workflows_have_jobs_with_steps_and_pin_their_permissions() {
    for path in [".github/workflows/ci.yml", ".github/workflows/release.yml", "src/cli/init/github.yml"] {
        let workflow = &yaml(path)[0];
        assert!(workflow["permissions"].is_mapping(), "{path} says what it may do");
        for (name, job) in workflow["jobs"].as_mapping().unwrap_or_else(|| panic!("{path} has jobs")) {
            assert!(job["runs-on"].is_string(), "{path}: {name:?} runs on something");
            let steps = job["steps"].as_sequence().unwrap_or_else(|| panic!("{path}: {name:?} has steps"));
            assert!(steps.iter().all(|step| step["uses"].is_string() || step["run"].is_string()), "{path}: {name:?}");
        }
    }
    let release = &yaml(".github/workflows/release.yml")[0];
    let targets: Vec<&str> = release["jobs"]["build"]["strategy"]["matrix"]["include"]
        .as_sequence()
        .expect("machines")
        .iter()
        .filter_map(|one| one["target"].as_str())
        .collect();
    assert_eq!(targets.len(), 5, "{targets:?}");
}

#[test]
fn the_action_the_component_and_the_job_say_what_their_systems_ask_for() {
    let action = &yaml("ci/github/action.yml")[0];
    assert_eq!(action["runs"]["using"], "composite");
    for step in action["runs"]["steps"].as_sequence().expect("steps") {
        assert!(step["uses"].is_string() || (step["run"].is_string() && step["shell"] == "bash"), "{step:?}");
    }
    let component = yaml("ci/gitlab/template.yml");
    let inputs = component[0]["spec"]["inputs"].as_mapping().expect("inputs");
    let text = read("ci/gitlab/template.yml");
    for name in text.split("$[[ inputs.").skip(1).filter_map(|rest| rest.split(' ').next()) {
        assert!(inputs.keys().any(|key| key == name), "the input {name} is declared");
    }
    assert!(component[1]["proviso"]["script"].is_sequence());
    let job = &yaml("ci/kubernetes/job.yaml")[0];
    assert_eq!(job["spec"]["completionMode"], "Indexed");
    let pod = &job["spec"]["template"]["spec"];
    assert_eq!(pod["securityContext"]["runAsNonRoot"], true);
    assert_eq!(pod["containers"][0]["securityContext"]["readOnlyRootFilesystem"], true);
    assert_eq!(pod["restartPolicy"], "Never");
    let shares = pod["containers"][0]["env"]
        .as_sequence()
        .expect("variables")
        .iter()
        .find(|one| one["name"] == "SHARD_TOTAL")
        .expect("it is set");
    assert_eq!(shares["value"].as_str(), job["spec"]["completions"].as_u64().map(|count| count.to_string()).as_deref());
    for path in [".github/ISSUE_TEMPLATE/bug.yml", ".github/ISSUE_TEMPLATE/import.yml"] {
        assert!(
            yaml(path)[0]["body"].as_sequence().is_some_and(|body| body.iter().all(|one| one["type"].is_string())),
            "{path}"
        );
    }
    for path in ["ci/jenkins/Jenkinsfile", "src/cli/init/Jenkinsfile"] {
        let text = read(path);
        assert_eq!(text.matches('{').count(), text.matches('}').count(), "{path}");
    }
}

#[test]
fn the_image_is_not_root_and_has_nothing_but_the_program() {
    let text = read("Dockerfile");
    let joined = text.replace("\\\n", " ");
    let lines: Vec<&str> =
        joined.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let known = ["FROM", "RUN", "WORKDIR", "COPY", "USER", "ENTRYPOINT", "CMD"];
    for line in &lines {
        assert!(known.contains(&line.split(' ').next().unwrap_or_default()), "{line}");
    }
    let last = lines.iter().rposition(|line| line.starts_with("FROM")).expect("a last stage");
    assert_eq!(lines[last], "FROM scratch");
    assert!(lines[last..].iter().any(|line| line.starts_with("USER 65532")), "not root");
    assert!(!lines[last..].iter().any(|line| line.starts_with("RUN")), "there is no shell");
}

#[test]
fn the_editors_settings_start_the_language_server() {
    let package: serde_json::Value = serde_json::from_str(&read("editors/vscode/package.json")).expect("it is JSON");
    assert!(repository().join("editors/vscode").join(package["main"].as_str().expect("a main file")).is_file());
    for path in ["editors/vscode/extension.js", "editors/neovim/proviso.lua", "editors/helix/languages.toml"] {
        assert!(read(path).contains("lsp"), "{path}");
    }
}

/// Every page of the documentation.
fn pages() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(repository().join("docs")).expect("there are docs");
    let mut pages: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|end| end == "md"))
        .collect();
    pages.sort();
    pages
}

#[test]
fn every_link_of_the_documentation_leads_somewhere() {
    let mut problems = Vec::new();
    let others = ["README.md", "ci/README.md", "editors/README.md"].map(|path| repository().join(path));
    for page in pages().iter().chain(&others) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(page).expect("a page can be read");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split(['#', ' ']).next().unwrap_or_default();
            let outside = path.is_empty() || path.contains("://") || path.contains(['{', '<', '*', '$']);
            if !outside && !page.parent().is_some_and(|folder| folder.join(path).exists()) {
                problems.push(format!("{name}: {link} leads nowhere"));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn every_suite_of_the_recipes_passes_check() {
    let place = Place::new();
    let text = read("docs/recipes.md");
    let mut seen = 0;
    for block in text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        seen += 1;
        if block.starts_with("waivers:") {
            place.write("waivers.yaml", block);
            continue;
        }
        place.write(&format!("suites/recipe-{seen}.yaml"), block);
    }
    assert!(seen >= 8, "{seen} recipes");
    let output = place
        .proviso(&["check", "suites", "--base-url", "http://127.0.0.1:1"])
        .env("SHOP_PASSWORD", "swordfish")
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn what_the_first_page_shows_is_what_happens() {
    let place = Place::new();
    place.write(
        "shop.openapi.yaml",
        "openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\npaths:\n  /orders:\n    post:\n      operationId: makeOrder\n      requestBody: { content: { application/json: { schema: { type: object, required: [sku], properties: { sku: { type: string } } } } } }\n      responses: { '201': { description: made } }\n  /orders/{id}:\n    get:\n      operationId: getOrder\n      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]\n      responses: { '200': { description: one } }\n",
    );
    let text = read("docs/start.md");
    let mut commands = BTreeSet::new();
    for block in text.split("```console\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let mut output = String::new();
        for line in block.lines() {
            if let Some(command) = line.strip_prefix("$ proviso") {
                let arguments: Vec<&str> = command.split_whitespace().collect();
                let ended = place.run(&arguments).expect(0);
                commands.insert(command.trim().to_owned());
                output = format!("{}{}", ended.out, ended.err);
            } else {
                assert!(output.contains(line), "`{line}` is not in\n{output}");
            }
        }
    }
    assert!(commands.len() >= 5, "{commands:?}");
}

#[test]
fn paths_of_the_image_and_the_workflows_exist() {
    for path in [
        "README.md",
        "CHANGELOG.md",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "suites/operations/create-user.yaml",
        "deny.toml",
        "docs/book.toml",
    ] {
        assert!(repository().join(path).is_file(), "{path}");
    }
}
