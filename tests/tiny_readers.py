"""Small extractive models made in a moment: one whose scores are known word by word, and random ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForQuestionAnswering,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaForQuestionAnswering,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
WORDS = (
    "the",
    "treaty",
    "was",
    "signed",
    "in",
    "paris",
    "oslo",
    "by",
    "three",
    "states",
    "1998",
    "after",
    "talks",
    "where",
    "who",
    "a",
    "trade",
    "##s",
    "cafe",
    ".",
    ",",
    "-",
    "$",
    "[",
    "]",
)
WIDTH = 64
WINDOW = 64
Scores = tuple[float, float]  # of a word as the first and as the last of an answer


def save_table_reader(folder: Path, scores: Mapping[str, Scores], other: Scores = (-3.0, -3.0)) -> None:
    """Write a BERT without layers, whose outputs at a word depend on that word alone."""
    wanted = torch.tensor([scores.get(word, other) for word in (*MARKS, *WORDS)])
    model = BertForQuestionAnswering(_bert_config(layers=0, width=WIDTH))
    embeddings = model.bert.embeddings
    with torch.no_grad():
        for table in (embeddings.word_embeddings, embeddings.position_embeddings, embeddings.token_type_embeddings):
            table.weight.zero_()
        embeddings.word_embeddings.weight.copy_(torch.eye(len(wanted), WIDTH))
        # Normalising the layer divides a unit vector by its deviation and takes off its mean; this undoes both.
        deviation = ((1 / WIDTH) * (1 - 1 / WIDTH)) ** 0.5
        model.qa_outputs.weight.zero_()
        model.qa_outputs.weight[:, : len(wanted)] = wanted.T * deviation
        model.qa_outputs.bias.copy_(wanted.sum(dim=0) / WIDTH)
    model.save_pretrained(folder)
    _word_tokenizer().save_pretrained(folder)


def save_random_bert(folder: Path, *, model_class: type = BertForQuestionAnswering) -> None:
    """Write a BERT of two layers with random weights."""
    torch.manual_seed(0)
    model_class(_bert_config(layers=2, width=32)).save_pretrained(folder)
    _word_tokenizer().save_pretrained(folder)


def save_random_roberta(folder: Path) -> None:
    """Write a RoBERTa with random weights, each byte of a text a piece of its own; its tokenizer knows no length."""
    torch.manual_seed(0)
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {piece: number for number, piece in enumerate(("<s>", "<pad>", "</s>", "<unk>", *alphabet))}
    tokenizer = Tokenizer(models.BPE(vocabulary, [], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), add_prefix_space=False)
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token="<s>",
        pad_token="<pad>",
        sep_token="</s>",
        unk_token="<unk>",
        model_input_names=["input_ids", "attention_mask"],
    ).save_pretrained(folder)
    config = RobertaConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=WINDOW + 2,  # RoBERTa counts from 2
        type_vocab_size=1,
        pad_token_id=1,
        initializer_range=0.5,
    )
    RobertaForQuestionAnswering(config).save_pretrained(folder)


def _bert_config(layers: int, width: int) -> BertConfig:
    return BertConfig(
        vocab_size=len(MARKS) + len(WORDS),
        hidden_size=width,
        num_hidden_layers=layers,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=2 * WINDOW,
        initializer_range=0.5,
    )


def _word_tokenizer() -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(
        models.WordPiece({word: number for number, word in enumerate((*MARKS, *WORDS))}, unk_token="[UNK]")
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.BertNormalizer(), normalizers.Replace(Regex("\u200b"), "")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        cls_token="[CLS]",
        pad_token="[PAD]",
        sep_token="[SEP]",
        unk_token="[UNK]",
        mask_token="[MASK]",
        model_max_length=WINDOW,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
