# The same recipes for who types `just`.
default:
    @make help

up: run

run *args:
    @make run {{args}}

test:
    @make test

check:
    @make check

format:
    @make format

bench:
    @make bench

chat:
    @make chat

train:
    @make train

setup:
    @make setup
