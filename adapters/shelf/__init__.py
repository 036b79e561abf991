"""Copies of files that wait for people who follow a link, in a folder, for a while. Knows no platform."""
