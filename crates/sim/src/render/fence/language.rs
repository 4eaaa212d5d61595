//! The names of programming languages, as the server shows them.

/// Each language's name, and what a fence may call it.
const LANGUAGES: &[(&str, &[&str])] = &[
    ("Bash", &["bash", "sh", "ksh", "zsh", "shell"]),
    ("Bash Session", &["console", "shell-session"]),
    ("C", &["c"]),
    ("C#", &["csharp", "c#", "cs"]),
    ("C++", &["cpp", "c++"]),
    ("CSS", &["css"]),
    ("Clojure", &["clojure", "clj"]),
    ("CoffeeScript", &["coffeescript", "coffee-script", "coffee"]),
    ("Diff", &["diff", "udiff"]),
    ("Docker", &["docker", "dockerfile"]),
    ("Elixir", &["elixir", "ex", "exs"]),
    ("Erlang", &["erlang"]),
    ("Go", &["go", "golang"]),
    ("HTML", &["html"]),
    ("Haskell", &["haskell", "hs"]),
    ("INI", &["ini", "cfg", "dosini"]),
    ("JSON", &["json", "json-object"]),
    ("Java", &["java"]),
    ("JavaScript", &["javascript", "js"]),
    ("Kotlin", &["kotlin"]),
    ("Lua", &["lua"]),
    ("Makefile", &["make", "makefile", "mf", "bsdmake"]),
    ("Markdown", &["markdown", "md"]),
    ("Nix", &["nixos", "nix"]),
    ("OCaml", &["ocaml"]),
    ("PHP", &["php", "php3", "php4", "php5"]),
    ("Perl", &["perl", "pl"]),
    ("PowerShell", &["powershell", "pwsh", "posh", "ps1", "psm1"]),
    (
        "Python",
        &[
            "python", "py", "sage", "python3", "py3", "bazel", "starlark",
        ],
    ),
    ("R", &["splus", "s", "r"]),
    ("Ruby", &["ruby", "rb", "duby"]),
    ("Rust", &["rust", "rs"]),
    ("SQL", &["sql"]),
    ("Scala", &["scala"]),
    ("Swift", &["swift"]),
    ("TOML", &["toml"]),
    ("Text only", &["text"]),
    ("TypeScript", &["typescript", "ts"]),
    ("XML", &["xml"]),
    ("YAML", &["yaml"]),
];

/// Returns a language's name for what a fence calls it; the server does not regard case. An unknown
/// one stays as it is.
pub(super) fn name(called: &str) -> &str {
    let lower = called.to_lowercase();
    let known = LANGUAGES
        .iter()
        .find(|(_, aliases)| aliases.contains(&lower.as_str()));
    known.map_or(called, |(name, _)| name)
}
