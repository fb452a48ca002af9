"""Classifier, autoencoder and variational autoencoder."""
