//go:build tools

// The one thing this module is for: a real Vault server for the tests, built once into a cache folder.
package vault

import _ "github.com/hashicorp/vault"
