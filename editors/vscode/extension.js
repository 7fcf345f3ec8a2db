// Starts `proviso lsp` for YAML files below a folder named `suites`.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

function activate() {
  const settings = workspace.getConfiguration('proviso');
  const environment = settings.get('environment');
  const args = environment ? ['lsp', '--env', environment] : ['lsp'];
  const server = { command: settings.get('path'), args };
  const selector = [{ scheme: 'file', language: 'yaml', pattern: '**/suites/**/*.yaml' }];
  client = new LanguageClient('proviso', 'Proviso', server, { documentSelector: selector });
  return client.start();
}

function deactivate() {
  return client ? client.stop() : undefined;
}

module.exports = { activate, deactivate };
