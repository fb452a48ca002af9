"""The plain VAE's objective with its gradient written out, without autograd.

At batches of 120 pictures autograd's book-keeping costs as much as a quarter of the arithmetic.
For the one model that is trained most, fully connected, with Bernoulli pixels and a KL term
that β weighs, the chain rule is short enough to be written down. Every piece of it is the same
function that autograd uses elsewhere; a test compares the two.
"""

import torch
from torch import Tensor

from vae_desktop.core.config import ObjectiveConfig
from vae_desktop.core.data.pixels import Batch
from vae_desktop.core.likelihoods import bernoulli_gradient, bernoulli_value
from vae_desktop.core.models.build import Model
from vae_desktop.core.models.latent import LOGVAR_LIMITS, VAE
from vae_desktop.core.models.mlp import MLPDecoder, MLPEncoder
from vae_desktop.core.models.stack import Stack
from vae_desktop.core.objectives import Terms, sample_gradients, traced_sample


def can(model: Model, config: ObjectiveConfig) -> bool:
    """Whether `terms_and_gradients` knows this model and objective, where the weights are."""
    plain = config.likelihood == "bernoulli" and config.kind == "beta" and not config.free_bits
    if not (plain and isinstance(model, VAE) and not model.classes):
        return False
    stacks = _stacks(model)
    return stacks is not None and all(stack.serves(next(stack.parameters())) for stack in stacks)


@torch.no_grad()
def terms_and_gradients(
    model: Model, batch: Batch, noise: Tensor, beta: float
) -> tuple[Terms, tuple[Tensor, ...]]:
    """The objective's parts, as `terms_of`, and the gradients of all parameters in order.

    Args:
        model: one that `can` has agreed to.
        batch: pictures (B, C, H, W) in [0, 1], contiguous.
        noise: (B, latent_dim) from N(0, I).
        beta: weight of the KL term.
    """
    assert isinstance(model, VAE)
    stacks = _stacks(model)
    assert stacks is not None
    encoder, decoder = stacks
    x = batch.x.flatten(1)
    encoded, encoder_inputs = encoder.traced(x)
    mu, free_logvar = torch.split(encoded, model.latent_dim, dim=1)
    logvar = free_logvar.clamp(*LOGVAR_LIMITS)
    z, per_latent, saved = traced_sample(mu, logvar, noise)
    logits, decoder_inputs = decoder.traced(z)
    reconstruction, kl = bernoulli_value(logits, x), per_latent.sum()

    for_logits = bernoulli_gradient(logits, x)
    for_decoder, for_z = decoder.gradients(for_logits, decoder_inputs, for_input=True)
    assert for_z is not None
    for_mu, for_logvar = sample_gradients(for_z, beta, saved)
    for_logvar.mul_(free_logvar == logvar)  # nothing passes where it is clamped
    for_encoded = torch.cat((for_mu, for_logvar), dim=1)
    for_encoder, _ = encoder.gradients(for_encoded, encoder_inputs, for_input=False)

    total = torch.add(reconstruction, kl, alpha=beta)
    parts = {"reconstruction": reconstruction, "kl": kl}
    return Terms(total, parts, per_latent), (*for_encoder, *for_decoder)


def _stacks(model: VAE) -> tuple[Stack, Stack] | None:
    """The layers of encoder and decoder, where they are all that there is."""
    if isinstance(model.encoder, MLPEncoder) and isinstance(model.decoder, MLPDecoder):
        return model.encoder.body, model.decoder.body
    return None
