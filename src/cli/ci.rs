//! What the CI system says of the build in its environment variables.

use super::args::Ci;
use crate::report::Build;
use std::path::{Path, PathBuf};

/// Environment variables, by name; those that are empty are as good as not set.
pub(super) type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Environment variables as the system has them.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// What a CI system is known by, and how it tells of a build.
struct System {
    name: &'static str,
    /// The variable that it alone sets.
    sign: &'static str,
    /// Where the repository is checked out.
    workspace: &'static str,
    read: fn(Variables<'_>) -> Build,
}

const SYSTEMS: &[System] = &[
    System { name: "GitHub Actions", sign: "GITHUB_ACTIONS", workspace: "GITHUB_WORKSPACE", read: github },
    System { name: "GitLab CI", sign: "GITLAB_CI", workspace: "CI_PROJECT_DIR", read: gitlab },
    System { name: "Buildkite", sign: "BUILDKITE", workspace: "BUILDKITE_BUILD_CHECKOUT_PATH", read: buildkite },
    System { name: "CircleCI", sign: "CIRCLECI", workspace: "CIRCLE_WORKING_DIRECTORY", read: circle },
    System { name: "Azure Pipelines", sign: "TF_BUILD", workspace: "BUILD_SOURCESDIRECTORY", read: azure },
    System { name: "Jenkins", sign: "JENKINS_URL", workspace: "WORKSPACE", read: jenkins },
];

/// The build that this process is part of.
pub(super) fn build(variables: Variables<'_>) -> Build {
    let system = SYSTEMS.iter().find(|system| variables(system.sign).is_some_and(|set| set != "false"));
    let build = system.map(|system| (system.read)(variables)).unwrap_or_default();
    // A step that hides the others still says where the repository is.
    let workspace = system.map_or("GITHUB_WORKSPACE", |system| system.workspace);
    Build {
        system: system.map(|system| system.name.to_owned()),
        platform: Some(std::env::consts::OS.to_owned()),
        folder: variables(workspace).and_then(|workspace| below(&workspace)).unwrap_or_default(),
        ..build
    }
}

/// What the CI system calls the run that this process is a part of, the same in all of its jobs.
pub(super) fn run_id(variables: Variables<'_>) -> Option<String> {
    const IDS: [&str; 6] =
        ["GITHUB_RUN_ID", "CI_PIPELINE_ID", "BUILDKITE_BUILD_ID", "CIRCLE_WORKFLOW_ID", "BUILD_BUILDID", "BUILD_TAG"];
    IDS.into_iter().find_map(|name| Some(format!("{name}={}", variables(name)?)))
}

/// Whether this is a run in CI: the variable `CI` is set, and not to a word that says no.
pub(super) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|set| !matches!(set.to_lowercase().as_str(), "" | "0" | "false" | "no"))
}

/// Whether what GitHub Actions shows by itself is to be written.
pub(super) fn in_github(ci: Ci, variables: Variables<'_>) -> bool {
    ci == Ci::Auto && variables("GITHUB_ACTIONS").is_some_and(|set| set == "true")
}

/// The file whose Markdown GitHub Actions shows on a run's page.
pub(super) fn step_summary(variables: Variables<'_>) -> Option<PathBuf> {
    variables("GITHUB_STEP_SUMMARY").map(PathBuf::from)
}

/// What leads from the repository's root to here: CI systems name files from there.
fn below(workspace: &str) -> Option<String> {
    let workspace = Path::new(workspace).canonicalize().ok()?;
    let here = std::env::current_dir().ok()?.canonicalize().ok()?;
    let folder = here.strip_prefix(workspace).ok()?.to_str()?.replace('\\', "/");
    (!folder.is_empty()).then(|| format!("{folder}/"))
}

fn number(text: Option<String>) -> Option<u64> {
    text?.parse().ok()
}

fn joined(parts: [Option<String>; 2], between: &str) -> Option<String> {
    let [first, second] = parts;
    Some(format!("{}{between}{}", first?, second?))
}

fn github(variables: Variables<'_>) -> Build {
    let repository = variables("GITHUB_REPOSITORY");
    let home = joined([variables("GITHUB_SERVER_URL"), repository.clone()], "/");
    let id = variables("GITHUB_RUN_ID");
    let commit = variables("GITHUB_SHA");
    Build {
        name: joined([variables("GITHUB_WORKFLOW"), variables("GITHUB_JOB")], " / "),
        number: number(variables("GITHUB_RUN_NUMBER")),
        url: joined([home.clone(), id.clone()], "/actions/runs/"),
        commit_url: joined([home.clone(), commit.clone()], "/commit/"),
        branch: variables("GITHUB_HEAD_REF").or_else(|| variables("GITHUB_REF_NAME")),
        id,
        repository,
        repository_url: home,
        commit,
        ..Build::default()
    }
}

fn gitlab(variables: Variables<'_>) -> Build {
    let home = variables("CI_PROJECT_URL");
    let commit = variables("CI_COMMIT_SHA");
    Build {
        name: variables("CI_JOB_NAME"),
        id: variables("CI_JOB_ID"),
        number: number(variables("CI_PIPELINE_IID")),
        url: variables("CI_JOB_URL"),
        commit_url: joined([home.clone(), commit.clone()], "/-/commit/"),
        branch: variables("CI_COMMIT_REF_NAME"),
        repository: variables("CI_PROJECT_PATH"),
        repository_url: home,
        commit,
        ..Build::default()
    }
}

fn buildkite(variables: Variables<'_>) -> Build {
    Build {
        name: joined([variables("BUILDKITE_PIPELINE_SLUG"), variables("BUILDKITE_LABEL")], " / ")
            .or_else(|| variables("BUILDKITE_PIPELINE_SLUG")),
        id: variables("BUILDKITE_JOB_ID"),
        number: number(variables("BUILDKITE_BUILD_NUMBER")),
        url: joined([variables("BUILDKITE_BUILD_URL"), variables("BUILDKITE_JOB_ID")], "#")
            .or_else(|| variables("BUILDKITE_BUILD_URL")),
        branch: variables("BUILDKITE_BRANCH"),
        commit: variables("BUILDKITE_COMMIT"),
        repository: variables("BUILDKITE_PIPELINE_SLUG"),
        repository_url: variables("BUILDKITE_REPO"),
        ..Build::default()
    }
}

fn circle(variables: Variables<'_>) -> Build {
    Build {
        name: variables("CIRCLE_JOB"),
        id: variables("CIRCLE_WORKFLOW_JOB_ID"),
        number: number(variables("CIRCLE_BUILD_NUM")),
        url: variables("CIRCLE_BUILD_URL"),
        branch: variables("CIRCLE_BRANCH").or_else(|| variables("CIRCLE_TAG")),
        commit: variables("CIRCLE_SHA1"),
        repository: joined([variables("CIRCLE_PROJECT_USERNAME"), variables("CIRCLE_PROJECT_REPONAME")], "/"),
        repository_url: variables("CIRCLE_REPOSITORY_URL"),
        ..Build::default()
    }
}

fn azure(variables: Variables<'_>) -> Build {
    let project = joined([variables("SYSTEM_COLLECTIONURI"), variables("SYSTEM_TEAMPROJECT")], "");
    let id = variables("BUILD_BUILDID");
    Build {
        name: variables("BUILD_DEFINITIONNAME"),
        url: joined([project, id.clone()], "/_build/results?buildId="),
        id,
        branch: variables("BUILD_SOURCEBRANCHNAME"),
        commit: variables("BUILD_SOURCEVERSION"),
        repository: variables("BUILD_REPOSITORY_NAME"),
        repository_url: variables("BUILD_REPOSITORY_URI"),
        ..Build::default()
    }
}

fn jenkins(variables: Variables<'_>) -> Build {
    Build {
        name: variables("JOB_NAME"),
        id: variables("BUILD_TAG"),
        number: number(variables("BUILD_NUMBER")),
        url: variables("BUILD_URL"),
        branch: variables("BRANCH_NAME").or_else(|| variables("GIT_BRANCH")),
        commit: variables("GIT_COMMIT"),
        repository_url: variables("GIT_URL"),
        ..Build::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(set: &[(&str, &str)]) -> Build {
        build(&|name| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn a_build_of_github_is_known_with_its_links() {
        let build = of(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_SERVER_URL", "https://github.com"),
            ("GITHUB_REPOSITORY", "o/r"),
            ("GITHUB_RUN_ID", "7"),
            ("GITHUB_RUN_NUMBER", "12"),
            ("GITHUB_SHA", "abc"),
            ("GITHUB_REF_NAME", "main"),
        ]);
        assert_eq!(build.url.as_deref(), Some("https://github.com/o/r/actions/runs/7"));
        assert_eq!(build.commit_url.as_deref(), Some("https://github.com/o/r/commit/abc"));
        assert_eq!((build.number, build.system.as_deref()), (Some(12), Some("GitHub Actions")));
    }

    #[test]
    fn a_build_of_gitlab_is_known_with_its_links() {
        let build = of(&[
            ("GITLAB_CI", "true"),
            ("CI_PROJECT_URL", "https://gitlab.com/g/p"),
            ("CI_JOB_URL", "https://gitlab.com/g/p/-/jobs/5"),
            ("CI_COMMIT_SHA", "abc"),
            ("CI_JOB_NAME", "nightly 2/4"),
        ]);
        assert_eq!(build.url.as_deref(), Some("https://gitlab.com/g/p/-/jobs/5"));
        assert_eq!(build.commit_url.as_deref(), Some("https://gitlab.com/g/p/-/commit/abc"));
        assert_eq!(build.name.as_deref(), Some("nightly 2/4"));
    }

    #[test]
    fn a_desk_has_no_build() {
        let build = of(&[]);
        assert_eq!((build.system, build.url, build.commit, build.folder.as_str()), (None, None, None, ""));
        assert_eq!(of(&[("GITHUB_ACTIONS", "false")]).system, None);
    }
}
