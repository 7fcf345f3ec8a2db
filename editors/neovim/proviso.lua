vim.lsp.config('proviso', { cmd = { 'proviso', 'lsp' }, filetypes = { 'yaml' }, root_markers = { 'suites' } })
vim.lsp.enable('proviso')
