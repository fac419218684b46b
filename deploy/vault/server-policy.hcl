# The server's own token, where each connection is opened by a child token (VAULT_TOKEN_ROLE is set).
# It can make child tokens and nothing else: it reads, writes and lists no delegated token itself.
path "auth/token/create/mailboard-connection" {
  capabilities = ["create", "update"]
}
