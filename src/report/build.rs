//! What a CI system says of the build that a run is part of.

/// The build that a run is part of, as far as it is known; empty for a run on somebody's desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Build {
    /// The CI system's name, as `GitHub Actions`.
    pub system: Option<String>,
    /// What the build is called: the workflow, the pipeline, the job.
    pub name: Option<String>,
    /// Its id.
    pub id: Option<String>,
    /// Its number.
    pub number: Option<u64>,
    /// Where it can be looked at.
    pub url: Option<String>,
    /// The repository's name.
    pub repository: Option<String>,
    /// Where the repository can be looked at.
    pub repository_url: Option<String>,
    /// The branch or tag.
    pub branch: Option<String>,
    /// The commit.
    pub commit: Option<String>,
    /// Where the commit can be looked at.
    pub commit_url: Option<String>,
    /// The operating system, as `linux`.
    pub platform: Option<String>,
    /// What leads from the repository's root to the folder that suites are named from; empty or with a slash at its end.
    pub folder: String,
}

impl Build {
    /// A file's name from the repository's root.
    pub(super) fn path(&self, file: &str) -> String {
        let file = file.strip_prefix("./").unwrap_or(file);
        if file.starts_with('/') { file.to_owned() } else { format!("{}{file}", self.folder) }
    }
}
