"""Sealing: the secrets of webhooks are brought under the newest key when a worker starts."""

from dataclasses import replace

from domain.ports import Transaction, Vault


async def resealed(tx: Transaction, vault: Vault) -> None:
    """After this the older keys are needed no more. Raises LookupError for one that no key opens."""
    for id, found in sorted((await tx.endpoints.all_secrets()).items()):
        if vault.is_fresh(found.current) and (found.old is None or vault.is_fresh(found.old)):
            continue
        if await tx.endpoints.lock(id) is None:  # deleted meanwhile
            continue
        secrets = await tx.endpoints.secrets(id)  # an owner may have put another there meanwhile
        current = vault.seal(vault.open(secrets.current, about=id), about=id)
        old = vault.seal(vault.open(secrets.old, about=id), about=id) if secrets.old else None
        await tx.endpoints.set_secrets(id, replace(secrets, current=current, old=old))
